"""Reading the lists of people that units send, as they are: pure, nothing is stored here."""
