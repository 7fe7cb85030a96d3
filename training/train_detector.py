"""Trains a face detector described by a darknet `.cfg` file, on a CUDA GPU or, smaller, on the CPU."""

import argparse
import time
from pathlib import Path

import torch

import augment
import darknet
import data
import detect
import detector_loss
import evaluate
import mosaic
import relabel
import store
from progress import Average, Run, Schedule, pick_device


def build(cfg, device):
    network = darknet.Network(cfg)
    for layer, following in zip(network.layers, list(network.layers)[1:]):
        if isinstance(following, darknet.Head):  # rare faces: begin with a low objectness
            bias = layer[0].bias.data.view(len(following.anchors), -1)
            bias.zero_()
            bias[:, 4] = -5
    return network.to(device, memory_format=torch.channels_last)


def optimiser_for(network, rate):
    """AdamW; biases and normalisation are not decayed."""
    decay = [p for p in network.parameters() if p.ndim > 1]
    plain = [p for p in network.parameters() if p.ndim <= 1]
    return torch.optim.AdamW([{"params": decay, "weight_decay": 0.03}, {"params": plain, "weight_decay": 0.0}],
                             lr=rate, fused=decay[0].is_cuda)


def validate(network, pictures, longest):
    found = [detect.detect(network, data.read_picture(p["file"]), longest) for p in pictures]
    return evaluate.detector_figures(pictures, found)


def train_step(network, average, optimiser, batch, rate, schedule):
    pictures, faces, ignored = batch
    device = pictures.device
    for group in optimiser.param_groups:
        group["lr"] = rate * schedule.rate()
    x = (pictures / 255).to(memory_format=torch.channels_last)
    with torch.autocast(device.type, torch.bfloat16):
        raw = network(x)
    boxes, objectness = detector_loss.detector_loss(raw, average.network.heads, faces, ignored)
    optimiser.zero_grad(set_to_none=True)
    (boxes + objectness).backward()
    torch.nn.utils.clip_grad_norm_(network.parameters(), 10.0)
    optimiser.step()
    average.update(getattr(network, "_orig_mod", network))
    schedule.step += 1
    return boxes.detach(), objectness.detach()


def train(options):
    device = pick_device(options.device)
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
    torch.manual_seed(options.seed)
    run, schedule = Run(options.run), Schedule(options.steps, options.seconds)
    pictures = store.Store(options.prepared, device)
    weights = pictures.weights(mosaic.SHARES)
    plain = build(options.cfg, device)
    if options.weights:
        plain.load_state_dict({k: v.float() for k, v in torch.load(options.weights, map_location=device).items()})
    average, optimiser = Average(plain), optimiser_for(plain, options.rate)
    run.resume(schedule, plain, average, optimiser, device)
    network = torch.compile(plain) if options.compile else plain
    validation = [p for p in data.load_faces(data.data_folder(options.data), "val") if p["file"].exists()]
    validation = validation[:options.validate]
    relabelled, since, shown = False, time.time(), schedule.step
    while schedule.progress < 1:
        if not relabelled and schedule.step % options.every == 0:
            relabelled = relabel.take(options, pictures)
        x, faces, ignored = mosaic.draw_batch(pictures, weights, options.batch, options.size)
        if schedule.progress < 0.96:  # the last steps see the pictures as they are
            x = augment.augment(x)
        boxes, objectness = train_step(network, average, optimiser, (x, faces, ignored), options.rate, schedule)
        if schedule.step % options.every == 0:
            speed = (schedule.step - shown) * options.batch / (time.time() - since)
            run.report(schedule, box=boxes, objectness=objectness, pictures_per_second=speed)
            since, shown = time.time(), schedule.step
        run.save(schedule, plain, average, optimiser, every=options.checkpoint)
    run.save(schedule, plain, average, optimiser)
    if validation:
        run.report(schedule, **validate(average.network, validation, options.longest))
    run.curves()


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cfg", default=str(Path(__file__).parent / "cfg" / "face-fast.cfg"))
    parser.add_argument("--data", help="data sets' folder")
    parser.add_argument("--prepared", default="cache/train", help="where the prepared pictures are (made when absent)")
    parser.add_argument("--run", default="runs/face-fast", help="folder of the log, the curves and the checkpoint")
    parser.add_argument("--weights", help="start from these weights (fine-tuning)")
    parser.add_argument("--device")
    parser.add_argument("--steps", type=int)
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--size", type=int, default=416)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--longest", type=int, default=1024, help="longest side when validating")
    parser.add_argument("--validate", type=int, default=400, help="pictures of val to measure on at the end")
    parser.add_argument("--every", type=int, default=50, help="steps between two progress lines")
    parser.add_argument("--checkpoint", type=float, default=100, help="seconds between two checkpoints")
    parser.add_argument("--labels", help="file of missed faces, taken as soon as relabel.py has written it")
    parser.add_argument("--compile", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def main():
    options = arguments()
    if not (Path(options.prepared) / "index.json").exists():
        store.prepare(data.require_data(options.data), "train", Path(options.prepared), degraded=0.25)
    train(options)


if __name__ == "__main__":
    main()
