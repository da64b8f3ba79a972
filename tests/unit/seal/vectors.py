#!/usr/bin/env python3
"""Makes tests/unit/seal/vectors.h: what the formats of seal/ must give, computed here without libsodium.

ChaCha20, HChaCha20, Poly1305 and Ed25519 are written from RFC 8439, draft-irtf-cfrg-xchacha-03 and RFC 8032, and are
held to the examples in those texts before anything is written. Run by hand:  tests/unit/seal/vectors.py > vectors.h
A change of these values means that records sealed before can no longer be opened.
"""
import hashlib
import struct

MASK = 0xFFFFFFFF


def quarter(s, a, b, c, d):
    for x, y, z, n in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
        s[x] = (s[x] + s[y]) & MASK
        v = s[z] ^ s[x]
        s[z] = ((v << n) | (v >> (32 - n))) & MASK


def rounds(state):
    s = list(state)
    for _ in range(10):
        for i in range(4):
            quarter(s, i, 4 + i, 8 + i, 12 + i)
        for i in range(4):
            quarter(s, i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4)
    return s


def words(data):
    return list(struct.unpack("<%dI" % (len(data) // 4), data))


SIGMA = words(b"expand 32-byte k")


def hchacha(key, nonce16):
    s = rounds(SIGMA + words(key) + words(nonce16))
    return struct.pack("<8I", *(s[0:4] + s[12:16]))


def chacha(key, counter, nonce12, data):
    out = b""
    for at in range(0, len(data), 64):
        state = SIGMA + words(key) + [counter + at // 64] + words(nonce12)
        block = struct.pack("<16I", *((a + b) & MASK for a, b in zip(state, rounds(state))))
        out += bytes(x ^ y for x, y in zip(data[at:at + 64], block))
    return out


def poly1305(key, data):
    r = int.from_bytes(key[:16], "little") & 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF
    total = 0
    for at in range(0, len(data), 16):
        total = (total + int.from_bytes(data[at:at + 16] + b"\x01", "little")) * r % (2**130 - 5)
    return ((total + int.from_bytes(key[16:], "little")) % 2**128).to_bytes(16, "little")


def padded(data):
    return data + bytes(-len(data) % 16)


def aead(key, nonce24, plain, bound):
    subkey, nonce = hchacha(key, nonce24[:16]), bytes(4) + nonce24[16:]
    sealed = chacha(subkey, 1, nonce, plain)
    tag = poly1305(chacha(subkey, 0, nonce, bytes(32)),
                   padded(bound) + padded(sealed) + struct.pack("<QQ", len(bound), len(sealed)))
    return sealed + tag


P = 2**255 - 19
D = -121665 * pow(121666, -1, P) % P


def edwards_add(p, q):
    (x1, y1), (x2, y2) = p, q
    t = D * x1 * x2 * y1 * y2
    return ((x1 * y2 + x2 * y1) * pow(1 + t, -1, P) % P, (y1 * y2 + x1 * x2) * pow(1 - t, -1, P) % P)


def ed25519_public(seed):
    digest = bytearray(hashlib.sha512(seed).digest()[:32])
    digest[0] &= 248
    digest[31] = (digest[31] & 63) | 64
    scalar = int.from_bytes(digest, "little")
    base = (15112221349535400772501151409588531511454012693041857206046113283949847762202, 4 * pow(5, -1, P) % P)
    result = (0, 1)
    while scalar:
        if scalar & 1:
            result = edwards_add(result, base)
        base, scalar = edwards_add(base, base), scalar >> 1
    return (result[1] | (result[0] & 1) << 255).to_bytes(32, "little")


def prove_the_tools():
    sunscreen = (b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, "
                 b"sunscreen would be it.")
    sealed = aead(bytes(range(0x80, 0xA0)), bytes(range(0x40, 0x58)), sunscreen,
                  bytes.fromhex("50515253c0c1c2c3c4c5c6c7"))
    assert sealed[:16].hex() == "bd6d179d3e83d43b9576579493c0e939", sealed[:16].hex()
    assert sealed[-16:].hex() == "c0875924c1c7987947deafd8780acf49", sealed[-16:].hex()
    seed = bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
    assert ed25519_public(seed).hex() == "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"


def derived(master, number, size):
    """crypto_kdf: BLAKE2b keyed by the master, the number as salt, the context as personalisation."""
    return hashlib.blake2b(b"", key=master, digest_size=size, salt=struct.pack("<QQ", number, 0),
                           person=b"waymark1" + bytes(8)).digest()


def field(data):
    return struct.pack(">q", len(data)) + data


def blake(data, key=b"", size=32):
    return hashlib.blake2b(data, key=key, digest_size=size).digest()


def row(name, data):
    print("static const uint8_t vector_%s[] = {" % name)
    for at in range(0, len(data), 16):
        print("    " + " ".join("0x%02x," % byte for byte in data[at:at + 16]))
    print("};")


prove_the_tools()
master = bytes(range(32))
wrap, token, seed, note, chain, backup, ident, secret = (
    derived(master, number, 16 if number == 7 else 32) for number in range(1, 9))
record, other = bytes(range(0x10, 0x20)), bytes(range(0x20, 0x30))
key, pack = bytes(range(0x80, 0xA0)), bytes(range(0xC0, 0xE0))
nonce = bytes(range(0x40, 0x58))
place = blake(field(b"waymark-body-1") + field(record) + struct.pack(">q", 7) + field(b"referral") + field(pack))
outside = blake(field(b"waymark-body-1") + field(record) + struct.pack(">q", 8) + field(b"account") + field(b""))
plain = b"came home with a new phone"
print("/* Made by tests/unit/seal/vectors.py, which says from what. */")
print("// clang-format off")
row("key_id", ident[:8])
row("public_key", ed25519_public(seed))
row("wrapped", nonce + aead(wrap, nonce, key, record))
row("body", b"\x01" + nonce + aead(key, nonce, plain, place))
row("body_outside_packs", b"\x01" + nonce + aead(key, nonce, plain, outside))
row("note", b"\x01" + nonce + aead(blake(record + b"draft", note), nonce, plain, other))
row("token", blake(b"name\0ashworth", token, 16))
row("chain", blake(field(b"looks") + field(plain), chain))
row("derived", blake(b"csrf\0session", secret))
