using Lab.Contract.Bindings;
using Lab.Contract.Scenes;
using Lab.Contract.Testbeds;
using Lab.Contract.Traffic;
using Lab.Engine.Packets;

namespace Lab.Steps;

/// <summary>Steps that put frames on wires.</summary>
[Binding("Traffic")]
public sealed class TrafficSteps(Scene scene, ScenarioInfo scenario)
{
    [When("{guest} sends {frame}", Does = "Sends one frame, or several alike; a later 'it' means all of them.",
        Example = "alice sends a UDP datagram to bob port 53 with source address 192.0.2.99")]
    public void Send(GuestName sender, FramePhrase phrase)
    {
        GuestDraft guest = scene.Draft.Find(sender);
        scene.Send([.. phrase.Build(guest, scene.Draft).Select(frame => new Stimulus(sender, frame))]);
    }

    [When("{guest} sends the bytes", Does = "Sends one frame given in hexadecimal, from the destination MAC on; blanks and "
        + "line ends do not count.", Example = "alice sends the bytes\n\"\"\"\nffffffffffff 52540000000a 88b6 6c6162\n\"\"\"")]
    public void SendBytes(GuestName sender, DocString hexadecimal)
    {
        string digits = string.Concat(hexadecimal.Text.Where(c => !char.IsWhiteSpace(c)));
        byte[] frame;
        try
        {
            frame = Convert.FromHexString(digits);
        }
        catch (FormatException notHexadecimal)
        {
            throw new ScenarioMistakeException(hexadecimal.Position, "the bytes are not pairs of hexadecimal digits", notHexadecimal);
        }

        if (frame.Length < 14)
        {
            throw new ScenarioMistakeException(hexadecimal.Position, $"a frame has 14 bytes at least, not {frame.Length}");
        }

        scene.Send(new Stimulus(scene.Draft.Find(sender).Name, frame));
    }

    [When("{guest} sends {guest} the packet {string}", Does = "Sends one frame in the short words that 'nwlab explain --packet' takes, to "
        + "the other guest's MAC unless they say otherwise.", Example = "alice sends bob the packet \"tcp 192.0.2.10:4000 > 192.0.2.11:80 syn\"")]
    public void SendPacket(GuestName sender, GuestName target, string words)
    {
        GuestDraft guest = scene.Draft.Find(sender);
        scene.Send(new Stimulus(sender, Engine.Packets.PacketWords.TryParse(words, guest.Mac, scene.Draft.Find(target).Mac, out byte[] frame, out string mistake)
            ? frame : throw new ScenarioMistakeException(mistake)));
    }

    [When("{guest} sends the frames of {string}", Does = "Sends the frames of a capture, pcap or pcapng, in their order, as fast as they go; the path "
        + "starts from the feature's folder.", Example = "alice sends the frames of \"captures/greeting.pcap\"")]
    public void SendCapture(GuestName sender, string path)
    {
        GuestName guest = scene.Draft.Find(sender).Name;
        try
        {
            scene.Send([.. CaptureReader.Read(File.ReadAllBytes(Path.Combine(scenario.Directory, path))).Select(frame => new Stimulus(guest, frame))]);
        }
        catch (Exception unreadable) when (unreadable is IOException or InvalidDataException)
        {
            throw new ScenarioMistakeException($"{path}: {unreadable.Message}", unreadable);
        }
    }

    [When("these frames are sent", Does = "Sends frames one by one and checks where each arrives. Columns: from, frame, "
        + "reaches (guests, or nobody).",
        Example = "these frames are sent\n| from  | frame                  | reaches |\n| alice | a UDP datagram to bob  | bob     |\n"
        + "| alice | an IPv6 ping to bob    | nobody  |")]
    public void SendTable(DataTable frames)
    {
        List<string> wrong = [];
        foreach (DataRow row in frames.Rows)
        {
            GuestDraft guest = scene.Draft.Find(new(row["from"]));
            Exchange exchange = scene.Send([.. new FramePhrase(row["frame"]).Build(guest, scene.Draft)
                .Select(frame => new Stimulus(guest.Name, frame))]);
            string expected = Listing.Of(Words.Guests(row["reaches"]).Order());
            string actual = Listing.Of(exchange.Sent.SelectMany(sent => exchange.ReceiversOf(sent)).Distinct().Order());
            if (actual != expected)
            {
                wrong.Add($"{row.Position}: {row["frame"]} from {guest.Name} should reach {expected}, and reached {actual}");
            }
        }

        if (wrong.Count > 0)
        {
            throw new ExpectationException(string.Join('\n', wrong));
        }
    }

    [Given("everybody has announced themselves", Does = "Every guest with an IPv4 address sends a gratuitous ARP, so that the bridge knows its port.",
        Example = "everybody has announced themselves")]
    public void Announce() =>
        scene.Send([.. scene.Draft.Guests.Where(guest => !guest.Ipv4.IsEmpty).Select(guest => new Stimulus(guest.Name,
            Frames.Ethernet(MacAddress.Broadcast, guest.Mac, EtherType.Arp, Frames.Arp(1, guest.Mac, guest.Ipv4[0], default, guest.Ipv4[0]))))]);
}
