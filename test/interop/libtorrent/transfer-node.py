"""One torrent in libtorrent, as a process. argv[1] is JSON:
{"torrent": path or magnet, "folder": path, "peers": [[host, port]], "settings": {}}.
Writes {"port": ...}, then a line whenever state, progress or peers change. Ends with its input.
"""
import json
import sys
import threading
import time

import libtorrent as lt

orders = json.loads(sys.argv[1])
session = lt.session({
    "listen_interfaces": "0.0.0.0:6881",
    "enable_dht": False,
    "enable_lsd": False,
    "enable_upnp": False,
    "enable_natpmp": False,
    "enable_outgoing_utp": False,
    "enable_incoming_utp": False,
    "allow_multiple_connections_per_ip": True,
    "in_enc_policy": 1,
    "out_enc_policy": 1,
    **orders.get("settings", {}),
})
name = orders["torrent"]
params = lt.parse_magnet_uri(name) if name.startswith("magnet:") else lt.add_torrent_params()
if not name.startswith("magnet:"):
    params.ti = lt.torrent_info(name)
params.save_path = orders["folder"]
params.flags &= ~lt.torrent_flags.auto_managed & ~lt.torrent_flags.paused
handle = session.add_torrent(params)
print(json.dumps({"port": session.listen_port()}), flush=True)


def watch():
    told = None
    tried = 0
    while True:
        status = handle.status()
        peers = [[peer.client.decode("utf8", "replace"), bool(peer.flags & 0x100000), bool(peer.flags & 0x200000)] for peer in handle.get_peer_info()]
        if not peers and tried % 20 == 0:
            for peer in orders.get("peers", []):
                handle.connect_peer(tuple(peer))
        tried += 1
        line = {"state": str(status.state), "progress": status.progress, "peers": peers}
        if line != told:
            told = line
            print(json.dumps(line), flush=True)
        time.sleep(0.1)


threading.Thread(target=watch, daemon=True).start()
sys.stdin.read()
