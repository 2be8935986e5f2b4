"""Generation of the shop's rows, one module per family of tables; `gristmill.apps.shop.seed` calls them."""
