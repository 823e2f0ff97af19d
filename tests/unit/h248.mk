# unit tests of the H.248 codec
