// A peer made of Pion, for tests: sends RTP packets and messages, and expects them back.
//
// Usage: pion offer|answer [lite] [sound]   with "sound", there are no messages
// Descriptions go over standard output and input, one line each, in Base64. Each thing that was checked is printed as
// "ok ..."; the program ends after "done" or when it has waited for too long, telling what for.
//
// It is built against the sources that Debian packages (golang-github-pion-webrtc.v3-dev), without modules.
package main

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"fmt"
	"os"
	"time"

	"github.com/pion/interceptor"
	"github.com/pion/rtp"
	"github.com/pion/webrtc/v3"
)

const (
	patience = 30 * time.Second
	packets  = 50
	large    = 65000
)

func main() {
	offers := os.Args[1] == "offer"
	lite := asked("lite")
	messages := !asked("sound")

	settings := webrtc.SettingEngine{}
	settings.SetLite(lite)
	settings.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4})
	media := &webrtc.MediaEngine{}
	try(media.RegisterDefaultCodecs())
	api := webrtc.NewAPI(webrtc.WithSettingEngine(settings), webrtc.WithMediaEngine(media),
		webrtc.WithInterceptorRegistry(&interceptor.Registry{}))
	connection, err := api.NewPeerConnection(webrtc.Configuration{})
	try(err)
	opus := webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeOpus, ClockRate: 48000, Channels: 2}
	track, err := webrtc.NewTrackLocalStaticRTP(opus, "audio", "pion")
	try(err)
	_, err = connection.AddTrack(track)
	try(err)

	connected := make(chan bool, 1)
	connection.OnConnectionStateChange(func(state webrtc.PeerConnectionState) {
		if state == webrtc.PeerConnectionStateConnected {
			connected <- true
		}
	})
	heard := make(chan []byte, 10*packets)
	connection.OnTrack(func(remote *webrtc.TrackRemote, _ *webrtc.RTPReceiver) {
		for {
			packet, _, err := remote.ReadRTP()
			if err != nil {
				return
			}
			heard <- packet.Payload
		}
	})
	opened := make(chan *webrtc.DataChannel, 1)
	answers := make(chan []byte, 10)
	listen := func(channel *webrtc.DataChannel) {
		channel.OnMessage(func(message webrtc.DataChannelMessage) { answers <- message.Data })
		channel.OnOpen(func() { opened <- channel })
	}
	connection.OnDataChannel(listen)

	input := bufio.NewReader(os.Stdin)
	if offers {
		if messages {
			channel, err := connection.CreateDataChannel("chat", nil)
			try(err)
			listen(channel)
		}
		offer, err := connection.CreateOffer(nil)
		try(err)
		write(connection, offer)
		try(connection.SetRemoteDescription(read(input, webrtc.SDPTypeAnswer)))
	} else {
		try(connection.SetRemoteDescription(read(input, webrtc.SDPTypeOffer)))
		answer, err := connection.CreateAnswer(nil)
		try(err)
		write(connection, answer)
	}
	await(connected, "a connection")
	fmt.Println("ok connected")
	exchangeSound(track, heard)
	fmt.Println("ok sound")
	if messages {
		select {
		case channel := <-opened:
			converse(channel, answers)
		case <-time.After(patience):
			fail("waited in vain for a channel")
		}
		fmt.Println("ok messages")
	}
	fmt.Println("done")
	// The other side closes at the same moment, which Pion may call an error.
	_ = connection.Close()
}

// Sends packets in real time, until as many as are needed have come back unharmed.
func exchangeSound(track *webrtc.TrackLocalStaticRTP, heard chan []byte) {
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	back := 0
	for i := 0; i < int(patience/(20*time.Millisecond)); i++ {
		<-ticker.C
		payload := append([]byte{0xf8}, bytes.Repeat([]byte{byte(i)}, 80)...)
		try(track.WriteRTP(&rtp.Packet{
			Header:  rtp.Header{Version: 2, SequenceNumber: uint16(i), Timestamp: uint32(i) * 960},
			Payload: payload,
		}))
		for len(heard) > 0 {
			payload := <-heard
			if len(payload) != 81 || payload[0] != 0xf8 || payload[1] != payload[80] {
				fail(fmt.Sprintf("expected a payload of ours, found %x", payload))
			}
			back++
		}
		if back >= packets {
			return
		}
	}
	fail(fmt.Sprintf("expected %d packets back, found %d", packets, back))
}

// Sends messages and expects them back.
func converse(channel *webrtc.DataChannel, answers chan []byte) {
	for _, message := range [][]byte{[]byte("hello"), {0, 1, 2}, bytes.Repeat([]byte("x"), large)} {
		try(channel.Send(message))
		select {
		case answer := <-answers:
			if !bytes.Equal(answer, message) {
				fail(fmt.Sprintf("expected the message of %d back, found %d", len(message), len(answer)))
			}
		case <-time.After(patience):
			fail("waited in vain for an answer")
		}
	}
}

func write(connection *webrtc.PeerConnection, description webrtc.SessionDescription) {
	gathered := webrtc.GatheringCompletePromise(connection)
	try(connection.SetLocalDescription(description))
	<-gathered
	fmt.Println(base64.StdEncoding.EncodeToString([]byte(connection.LocalDescription().SDP)))
}

func read(input *bufio.Reader, kind webrtc.SDPType) webrtc.SessionDescription {
	line, err := input.ReadString('\n')
	try(err)
	sdp, err := base64.StdEncoding.DecodeString(line[:len(line)-1])
	try(err)
	return webrtc.SessionDescription{Type: kind, SDP: string(sdp)}
}

func asked(option string) bool {
	for _, argument := range os.Args[2:] {
		if argument == option {
			return true
		}
	}
	return false
}

func await(event chan bool, what string) {
	select {
	case <-event:
	case <-time.After(patience):
		fail("waited in vain for " + what)
	}
}

func try(err error) {
	if err != nil {
		fail(err.Error())
	}
}

func fail(why string) {
	fmt.Println("failed: " + why)
	os.Exit(1)
}
