"""A driver for Cinder: a volume is a file in /srv/shared/volumes, which all machines of the bed and the control plane see. Nova opens it as it
opens one of GPFS: by its path, with nothing to connect. The bed has neither iSCSI nor NFS nor a device mapper."""
import os

from cinder import interface
from cinder.volume import driver

FOLDER = '/srv/shared/volumes'


@interface.volumedriver
class FileVolumes(driver.VolumeDriver):
    VERSION = '1.0.0'
    CI_WIKI_NAME = 'none'

    @staticmethod
    def path(volume):
        return os.path.join(FOLDER, volume['name'])

    def check_for_setup_error(self):
        os.makedirs(FOLDER, exist_ok=True)

    def _update_volume_stats(self):
        self._stats = {
            'volume_backend_name': self.configuration.safe_get('volume_backend_name'), 'vendor_name': 'none',
            'driver_version': self.VERSION, 'storage_protocol': 'file', 'total_capacity_gb': 100, 'free_capacity_gb': 100,
            'reserved_percentage': 0, 'QoS_support': False}

    def create_volume(self, volume):
        with open(self.path(volume), 'wb') as file:
            file.truncate(volume['size'] << 30)
        os.chmod(self.path(volume), 0o666)

    def delete_volume(self, volume):
        try:
            os.unlink(self.path(volume))
        except FileNotFoundError:
            pass

    def initialize_connection(self, volume, connector):
        return {'driver_volume_type': 'gpfs', 'data': {'name': volume['name'], 'device_path': self.path(volume)}}

    def terminate_connection(self, volume, connector, **more):
        pass

    def ensure_export(self, context, volume):
        pass

    def create_export(self, context, volume, connector):
        pass

    def remove_export(self, context, volume):
        pass
