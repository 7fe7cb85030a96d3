"""Mosaics, camera faults and crops on pictures made here."""

import json

import numpy as np
import pytest
import torch
from PIL import Image

import augment
import cctv
import data
import face_crops
import masks
import mosaic
import store


@pytest.fixture
def folder(tmp_path):
    """A data set of two pictures: a light square, the face, on a dark ground."""
    (tmp_path / "faces" / "train").mkdir(parents=True)
    coco = {"images": [], "annotations": [], "categories": []}
    for i in range(2):
        picture = np.full((120, 160, 3), 20, np.uint8)
        picture[40:80, 50:90] = 230
        Image.fromarray(picture).save(tmp_path / "faces" / "train" / f"{i}.png")
        coco["images"].append({"id": i, "file_name": f"{i}.png", "width": 160, "height": 120, "source": "kaggle853"})
        coco["annotations"].append({"id": i, "image_id": i, "category_id": 1, "bbox": [50, 40, 40, 40]})
    (tmp_path / "faces" / "train.json").write_text(json.dumps(coco))
    return tmp_path


def test_mosaic_boxes_lie_on_the_faces(folder, tmp_path):
    torch.manual_seed(0)
    store.prepare(folder, "train", tmp_path / "store", degraded=0.5)
    pictures = store.Store(tmp_path / "store", torch.device("cpu"))
    x, faces, _ = mosaic.draw_batch(pictures, pictures.weights(mosaic.SHARES), 8, 128)
    assert x.shape == (8, 3, 128, 128) and len(faces) > 4
    lit = 0
    for sample, x0, y0, x1, y1 in faces.tolist():
        inner = x[int(sample), :, int((y0 * 3 + y1) / 4):int((y0 + y1 * 3) / 4) + 1,
                  int((x0 * 3 + x1) / 4):int((x0 + x1 * 3) / 4) + 1]
        lit += inner.mean() > 120
    assert lit >= 0.9 * len(faces)


def test_augmentation_keeps_shape_and_range():
    torch.manual_seed(0)
    x = augment.augment(torch.rand(16, 3, 64, 64) * 255)
    assert x.shape == (16, 3, 64, 64) and torch.isfinite(x).all() and x.min() >= 0 and x.max() <= 255


def test_camera_faults_repeat_by_seed_and_keep_the_size():
    picture = np.random.default_rng(0).integers(0, 256, (90, 121, 3), np.uint8)
    for seed in range(12):
        once, again = (cctv.degrade(picture, np.random.default_rng(seed)) for _ in range(2))
        assert once.shape == picture.shape and (once == again).all()


def test_lost_packets_leave_a_picture():
    picture = np.random.default_rng(0).integers(0, 256, (64, 96, 3), np.uint8)
    changed = cctv.stream(picture, np.random.default_rng(3), loss=0.9)
    assert changed.shape == picture.shape and (changed != picture).any()


def test_warped_boxes_follow():
    picture = np.zeros((200, 200, 3), np.uint8)
    picture[60:100, 120:160] = 255
    for seed in range(20):
        out, boxes = cctv.warp(picture, np.array([[120, 60, 160, 100]], np.float32), np.random.default_rng(seed))
        y, x = np.nonzero(out[..., 0] > 128)
        middle = [(boxes[0, 0] + boxes[0, 2]) / 2, (boxes[0, 1] + boxes[0, 3]) / 2]
        assert np.allclose(middle, [x.mean() + 0.5, y.mean() + 0.5], atol=2.5)


def test_crop_is_the_square_of_the_package_format():
    picture = np.zeros((100, 100, 3), np.uint8)
    picture[40:60, 40:50] = 255
    crop = face_crops.cut(picture, [40, 40, 50, 60], 0.25, 60)  # side 20 * 1.5 = 30: twice enlarged
    assert crop.shape == (60, 60, 3)
    assert crop[30, 30].min() > 200 and crop[30, 12].max() < 60 and crop[6, 30].max() < 60
    outside = face_crops.cut(picture, [0, 0, 20, 20], 0.25, 60)
    assert (outside[2, 2] == data.FILL).all()


def test_letterbox_is_top_left_on_grey():
    boxed, scale = data.letterbox(np.full((50, 100, 3), 200, np.uint8), 128)
    assert boxed.shape == (64, 128, 3) and scale == 1.28
    boxed, _ = data.letterbox(np.full((51, 100, 3), 200, np.uint8), 128)
    assert boxed.shape == (96, 128, 3) and (boxed[70] == data.FILL).all()


def test_painted_masks_cover_the_lower_face():
    rng = np.random.default_rng(0)
    picture = np.full((100, 100, 3), 128, np.uint8)
    painted = masks.paint(picture, np.array([20, 20, 80, 90], np.float32), True, rng)
    changed = (painted != picture).any(2)
    assert changed[65:80, 40:60].all() and not changed[20:40].any()
