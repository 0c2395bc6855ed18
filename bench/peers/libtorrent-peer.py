"""A libtorrent peer on loopback: seeds PATH, or fetches the torrent that somebody seeds into FOLDER and ends.

seed PATH TORRENT PORT        makes TORRENT of PATH, prints "ready", serves until it is ended
fetch FOLDER TORRENT PORT     connects to the seeder at PORT, ends when all is here and on the disk
"""
import sys
import time

import libtorrent as lt

work, path, torrent, port = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
settings = lt.default_settings()
settings.update({
    "enable_dht": False, "enable_lsd": False, "enable_upnp": False, "enable_natpmp": False,
    "listen_interfaces": f"127.0.0.1:{port if work == 'seed' else 0}",
    "allow_multiple_connections_per_ip": True, "connection_speed": 500,
    "out_enc_policy": int(lt.enc_policy.forced), "in_enc_policy": int(lt.enc_policy.forced),
    "allowed_enc_level": int(lt.enc_level.rc4),
})
session = lt.session(settings)
if work == "seed":
    files = lt.file_storage()
    lt.add_files(files, path)
    maker = lt.create_torrent(files)
    lt.set_piece_hashes(maker, path.rsplit("/", 1)[0])
    with open(torrent, "wb") as out:
        out.write(lt.bencode(maker.generate()))
    handle = session.add_torrent({"ti": lt.torrent_info(torrent), "save_path": path.rsplit("/", 1)[0]})
    while not handle.status().is_seeding:
        time.sleep(0.01)
    print("ready", flush=True)
    while True:
        time.sleep(1)
handle = session.add_torrent({"ti": lt.torrent_info(torrent), "save_path": path})
handle.connect_peer(("127.0.0.1", port))
while not handle.status().is_seeding:
    time.sleep(0.005)
handle.flush_cache()
