# unit tests of src/media
