# unit tests of src/h248
H248_TESTS =
UNIT_TESTS += $(H248_TESTS)
L3_H248 = libh248.la $(L2)
