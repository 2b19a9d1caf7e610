"""A peer made of aiortc, for tests: plays a tone, expects to hear it back, and expects its messages back.

Usage: aiortc_peer.py offer|answer CODEC
Descriptions go over standard output and input, one line each, in Base64. Each thing that was checked is printed as
"ok ..."; the program ends after "done", or when it has waited for too long, telling what for.
"""

import array
import asyncio
import base64
import fractions
import math
import sys

import av
from aiortc import MediaStreamTrack, RTCPeerConnection, RTCRtpSender, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError

RATE = 48000
SAMPLES = RATE // 50
TONE = 440
PATIENCE = 30
# What its descriptions allow others to send it.
LARGE = 65_536


class Tone(MediaStreamTrack):
    """A sine of 440 Hz in real time."""

    kind = "audio"

    def __init__(self):
        super().__init__()
        self.position = 0
        self.start = None

    async def recv(self):
        loop = asyncio.get_event_loop()
        if self.start is None:
            self.start = loop.time()
        await asyncio.sleep(max(0, self.start + self.position / RATE - loop.time()))
        samples = array.array("h", (
            int(12000 * math.sin(2 * math.pi * TONE * (self.position + i) / RATE)) for i in range(SAMPLES)))
        frame = av.AudioFrame(format="s16", layout="mono", samples=SAMPLES)
        frame.planes[0].update(samples.tobytes())
        frame.sample_rate = RATE
        frame.time_base = fractions.Fraction(1, RATE)
        frame.pts = self.position
        self.position += SAMPLES
        return frame


def frequency(samples, rate):
    """The tone in some sound, by how often it rises through zero; 0 for silence."""
    if max(map(abs, samples), default=0) < 2000:
        return 0
    rises = sum(1 for before, after in zip(samples, samples[1:]) if before < 0 <= after)
    return rises * rate / len(samples)


async def listen(track, heard):
    """Until half a second of the tone was heard."""
    seconds = []
    while not heard.done():
        try:
            frame = await track.recv()
        except MediaStreamError:
            return
        samples = array.array("h", bytes(frame.planes[0])[: frame.samples * len(frame.layout.channels) * 2])
        seconds.append(samples[:: len(frame.layout.channels)])
        seconds = seconds[-25:]
        if len(seconds) == 25:
            found = frequency([one for part in seconds for one in part], frame.sample_rate)
            if abs(found - TONE) < 15:
                heard.set_result(found)


async def converse(channel):
    """Sends messages and expects them back."""
    answers = asyncio.Queue()
    channel.on("message", answers.put_nowait)
    for message in ["", "hello", "grüße", b"\x00\x01\x02", "x" * LARGE, bytes(range(256)) * (LARGE // 256)]:
        channel.send(message)
        answer = await answers.get()
        if answer != message:
            raise AssertionError(f"expected the message of {len(message)} back, found {len(answer)}")
    print("ok messages", flush=True)


async def read():
    line = await asyncio.get_event_loop().run_in_executor(None, sys.stdin.readline)
    return base64.b64decode(line).decode()


def write(description):
    print(base64.b64encode(description.sdp.encode()).decode(), flush=True)


async def main():
    offers = sys.argv[1] == "offer"
    loop = asyncio.get_event_loop()
    heard, connected, opened = loop.create_future(), loop.create_future(), loop.create_future()
    connection = RTCPeerConnection()
    tasks = []

    @connection.on("track")
    def on_track(track):
        tasks.append(asyncio.ensure_future(listen(track, heard)))

    @connection.on("datachannel")
    def on_datachannel(channel):
        opened.set_result(channel)

    @connection.on("connectionstatechange")
    def on_state():
        if connection.connectionState == "connected" and not connected.done():
            connected.set_result(True)

    connection.addTrack(Tone())
    wanted = [one for one in RTCRtpSender.getCapabilities("audio").codecs if one.mimeType == "audio/" + sys.argv[2]]
    connection.getTransceivers()[0].setCodecPreferences(wanted)
    if offers:
        channel = connection.createDataChannel("chat")
        channel.on("open", lambda: opened.set_result(channel))
        await connection.setLocalDescription(await connection.createOffer())
        write(connection.localDescription)
        await connection.setRemoteDescription(RTCSessionDescription(await read(), "answer"))
    else:
        await connection.setRemoteDescription(RTCSessionDescription(await read(), "offer"))
        await connection.setLocalDescription(await connection.createAnswer())
        write(connection.localDescription)
    await asyncio.wait_for(connected, PATIENCE)
    print("ok connected", flush=True)
    await asyncio.wait_for(heard, PATIENCE)
    print("ok tone", flush=True)
    await asyncio.wait_for(converse(await asyncio.wait_for(opened, PATIENCE)), PATIENCE)
    print("done", flush=True)
    # The other side says goodbye.
    await asyncio.wait_for(closed(connection), PATIENCE)
    print("ok closed", flush=True)


async def closed(connection):
    # The connection's own state does not show it.
    while connection.getReceivers()[0].transport.state == "connected":
        await asyncio.sleep(0.05)
    await connection.close()


asyncio.run(main())
