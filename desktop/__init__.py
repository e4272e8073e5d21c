"""The window: presenters decide, views draw, `desktop.app` introduces them."""
