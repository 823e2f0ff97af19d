# unit tests of src/group
