"""Public fakes: a chat model and a model server that follow a script."""
