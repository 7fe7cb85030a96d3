"""Pictures to set INT8 ranges by: from `train`, every source, clean and camera-like, as the detector gets them."""

import numpy as np

import cctv
import data


def pictures(folder, count, longest, seed=5):
    rng = np.random.default_rng(seed)
    rows = [p for p in data.load_faces(data.require_data(folder), "train") if max(p["size"]) >= 256]
    chosen = []
    known = [source for source in data.SOURCES if any(p["source"] == source for p in rows)]
    sources = known + sorted({p["source"] for p in rows} - set(known))  # one's own: the cameras
    for source in sources:
        mine = [p for p in rows if p["source"] == source]
        share = min(len(mine), -(-count // len(sources)))
        chosen += [mine[i] for i in rng.choice(len(mine), share, replace=False)]
    for i, picture in enumerate(chosen[:count]):
        image = data.read_picture(picture["file"])
        if i % 3 == 0:
            image = cctv.degrade(image, np.random.default_rng([seed, i]))
        yield data.letterbox(image, longest)[0]
