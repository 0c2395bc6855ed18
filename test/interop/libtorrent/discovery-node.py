"""A node of libtorrent that a test commands: reads lines of JSON, each with a verb in `do`, and writes lines of JSON.

`discovery-node.py SETTINGS`: SETTINGS is a JSON object laid over quiet defaults. The first line that it
writes is {"port": ...}. Binary values travel as hex.
"""
import json
import os
import sys
import threading

import libtorrent as lt

quiet = {
    "listen_interfaces": "127.0.0.1:0",
    "enable_dht": False,
    "enable_lsd": False,
    "enable_upnp": False,
    "enable_natpmp": False,
    "allow_multiple_connections_per_ip": True,
    "in_enc_policy": 2,
    "out_enc_policy": 2,
    "dht_bootstrap_nodes": "",
    "dht_restrict_routing_ips": False,
    "dht_restrict_search_ips": False,
    "dht_ignore_dark_internet": False,
    "dht_prefer_verified_node_ids": False,
    "dht_block_ratelimit": 1000,
    "alert_mask": lt.alert.category_t.all_categories,
    "alert_queue_size": 100000,
}
session = lt.session({**quiet, **json.loads(sys.argv[1] if len(sys.argv) > 1 else "{}")})
torrents = []


def say(**fields):
    sys.stdout.write(json.dumps(fields) + "\n")
    sys.stdout.flush()


def sha1(text):
    return lt.sha1_hash(bytes.fromhex(text))


def plain(value):
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dict):
        return {k if isinstance(k, str) else k.decode("latin1"): plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    return str(value) if isinstance(value, lt.sha1_hash) else value


def add(info, folder, seed, trackers=()):
    params = {"ti": info, "save_path": folder, "trackers": list(trackers)}
    handle = session.add_torrent(params)
    handle.unset_flags(lt.torrent_flags.auto_managed)
    if seed:
        handle.force_recheck()
    handle.resume()
    torrents.append(handle)


def seed(file, trackers=()):
    files = lt.file_storage()
    lt.add_files(files, file)
    maker = lt.create_torrent(files, 0, lt.create_torrent.v1_only)
    lt.set_piece_hashes(maker, os.path.dirname(file))
    info = lt.torrent_info(lt.bencode(maker.generate()))
    add(info, os.path.dirname(file), True, trackers)
    say(did="seed", hash=str(info.info_hash()), pieceBytes=info.piece_length())


def fetch(hash, folder, trackers=(), peers=()):
    params = lt.parse_magnet_uri("magnet:?xt=urn:btih:" + hash)
    params.save_path = folder
    params.trackers = list(trackers)
    params.flags &= ~lt.torrent_flags.auto_managed & ~lt.torrent_flags.paused
    handle = session.add_torrent(params)
    handle.resume()
    torrents.append(handle)
    for peer in peers:
        handle.connect_peer(tuple(peer))


def announce(hash, folder):
    fetch(hash, folder)
    torrents[-1].force_dht_announce()


def load(torrent, folder, trackers=(), peers=()):
    add(lt.torrent_info(lt.bdecode(bytes.fromhex(torrent))), folder, False, trackers)
    for peer in peers:
        torrents[-1].connect_peer(tuple(peer))


def status():
    rows = [handle.status() for handle in torrents]
    peers = [f"{peer.ip[0]} {peer.ip[1]}" for handle in torrents for peer in handle.get_peer_info()]
    say(did="status", progress=[row.progress for row in rows], peers=peers)



def put_mutable(secret, public, value, salt=""):
    session.dht_put_mutable_item(bytes.fromhex(secret), bytes.fromhex(public), bytes.fromhex(value), bytes.fromhex(salt))


verbs = {
    "seed": seed,
    "fetch": fetch,
    "load": load,
    "status": status,
    "know": lambda host, port: session.add_dht_node((host, port)),
    "announce": announce,
    "peers": lambda hash: session.dht_get_peers(sha1(hash)),
    "stats": lambda: session.post_dht_stats(),
    "put": lambda value: session.dht_put_immutable_item(bytes.fromhex(value)),
    "get": lambda target: session.dht_get_immutable_item(sha1(target)),
    "put_mutable": put_mutable,
    "get_mutable": lambda public, salt="": session.dht_get_mutable_item(bytes.fromhex(public), bytes.fromhex(salt)),
}


def tell(alert):
    kind = type(alert).__name__
    if kind == "dht_get_peers_reply_alert":
        say(told="peers", hash=str(alert.info_hash), peers=[f"{p[0]} {p[1]}" for p in alert.peers()])
    elif kind == "dht_immutable_item_alert":
        say(told="item", target=str(alert.target), value=plain(alert.item["value"]))
    elif kind == "dht_mutable_item_alert":
        say(told="mutable", **plain(alert.item))
    elif kind == "dht_put_alert":
        say(told="put", text=alert.message())
    elif kind == "dht_stats_alert":
        say(told="stats", nodes=sum(bucket["num_nodes"] for bucket in alert.routing_table))
    elif kind in ("torrent_finished_alert", "lsd_peer_alert", "tracker_reply_alert", "tracker_error_alert",
                  "peer_connect_alert", "peer_disconnected_alert", "dht_reply_alert", "dht_bootstrap_alert",
                  "incoming_connection_alert", "listen_failed_alert", "url_seed_alert"):
        say(told=kind[: -len("_alert")], text=alert.message())


def watch():
    while True:
        session.wait_for_alert(200)
        for alert in session.pop_alerts():
            try:
                tell(alert)
            except Exception as error:
                say(told="error", text=repr(error))


threading.Thread(target=watch, daemon=True).start()
say(port=session.listen_port())
for line in sys.stdin:
    order = json.loads(line)
    try:
        verbs[order.pop("do")](**order)
    except Exception as error:
        say(told="error", text=repr(error))
os._exit(0)
