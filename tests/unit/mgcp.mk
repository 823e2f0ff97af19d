# unit tests of src/mgcp
