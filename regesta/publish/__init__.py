"""Publishing: a release goes to a folder, a zip, an S3-compatible store, Zenodo or the Hugging Face Hub.

Each target is one module. A publication that was interrupted goes on when it is run again, and none shows a release
before all of it is there.
"""

from regesta.publish.delivery import Delivery
from regesta.publish.errors import PassingError
from regesta.publish.secrets import Secrets
from regesta.publish.targets import Options, publish

__all__ = ["Delivery", "Options", "PassingError", "Secrets", "publish"]
