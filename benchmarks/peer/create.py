"""Creates tenants as django-tenants documents it: saving one makes its schema and migrates it."""

import sys
import time

import django

django.setup()

from benchmarks.peer.models import Tenant  # noqa: E402  # models exist after setup()


def main(tenants: int) -> None:
    started = time.perf_counter()
    for number in range(1, tenants + 1):
        Tenant(schema_name=f"m{number:04}", name=f"Municipality {number}").save(verbosity=0)
        if number % 50 == 0:
            print(f"… django-tenants: {number}/{tenants} {time.perf_counter() - started:.0f} s", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]))
