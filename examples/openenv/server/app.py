"""The tasks of this package as an OpenEnv server: openenv validate, openenv build."""

from gristmill.adapters.openenv_server import create_app
from gristmill.adapters.serving import Serving
from gristmill.adapters.sessions import SessionPool

SERVING = Serving(
    task_ids=("Shop-AddToCart-v0", "Shop-Checkout-v0", "Mail-Send-v0", "Chat-Post-v0"),
    env_options={"engine": "dom"},
    host="0.0.0.0",
    port=8000,
)

app = create_app(SessionPool(SERVING), SERVING)


def main() -> None:
    """Serve until Ctrl-C. Whoever reaches the port may use it: keep it inside the container's network."""
    import uvicorn

    uvicorn.run(app, host=SERVING.host, port=8000)


if __name__ == "__main__":
    main()
