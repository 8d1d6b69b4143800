"""Ways out of the house. Each channel hands one message to the outside or raises ChannelError."""
