"""How a person is told of what happened while no page of theirs is open: webhooks and e-mail, each from an outbox."""
