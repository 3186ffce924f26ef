using System.Buffers.Binary;
using System.Collections.Immutable;
using Lab.Agreement;
using Lab.Contract.Testbeds;
using Lab.Engine.Apply;
using Lab.Engine.Networks;
using Lab.Engine.Packets;
using Lab.Kernel;
using Lab.Simulated;
using Lab.Testbeds;

namespace Lab.Tests.Kernel;

/// <summary>What a host says to packets of which no scenario would think: the simulated one and the kernel's, one packet after the other.</summary>
public sealed class HostAgreementTests
{
    private static readonly MacAddress Guest = MacAddress.Parse("52:54:00:00:00:11"), Host = MacAddress.Parse("52:54:00:00:00:fe");
    private static readonly Ipv4Address Guest4 = Ipv4Address.Parse("192.168.122.11"), Host4 = Ipv4Address.Parse("192.168.122.1");
    private static readonly Ipv6Address Guest6 = Ipv6Address.Parse("2001:db8:1::11"), Host6 = Ipv6Address.Parse("2001:db8:1::1");
    private static readonly InterfaceName Bridge = InterfaceName.Parse("virbr0");

    private static readonly Topology Network = new([], [new(new("g1"), Guest, null)
    {
        At = new OnBridge(Bridge),
        Addresses = [Guest4],
        Ipv6Addresses = [Guest6],
    }])
    {
        Host = new([new(Bridge, Host, ForwardMode.Open, [new(Host4, 24)]) { Ipv6Addresses = [new(Host6, 64)] }], []),
    };

    [KernelFact]
    public void Every_protocol() => ShouldAgree(
        from number in Enumerable.Range(0, 256)
        from length in (int[])[0, 3, 24]
        let payload = Enumerable.Range(1, length).Select(i => (byte)(i * 37)).ToArray()
        from packet in (byte[][])[Frames.Ipv4(Guest4, Host4, (IpProtocol)number, payload), Frames.Ipv6(Guest6, Host6, (IpProtocol)number, payload)]
        select packet);

    [KernelFact]
    public void Every_set_of_TCP_flags_with_headers_of_every_kind_of_length() => ShouldAgree(
        from flags in Enumerable.Range(0, 64)
        from words in (int[])[4, 5, 6, 15]
        from length in (int[])[0, 4, 5]
        from packet in (byte[][])[
            Frames.Tcp(Guest4, 5000, Host4, 9, (byte)flags, new byte[length], 1000, 77),
            Frames.Tcp(Guest6, 5000, Host6, 9, (byte)flags, new byte[length], 1000, 77)]
        select WithHeaderOf(words, packet));

    [KernelFact]
    public void Every_kind_of_ICMP_message() => ShouldAgree(
        from type in Enumerable.Range(0, 256)
        from code in (byte[])[0, 1]
        from length in (int[])[0, 4, 12, 40]
        from packet in (byte[][])[
            Frames.Icmp(Guest4, Host4, (byte)type, code, 0, new byte[length]), Frames.Icmp(Guest6, Host6, (byte)type, code, 0, new byte[length])]
        select packet);

    [KernelTheory]
    [InlineData(1)]
    [InlineData(2)]
    public void IPv4_options_whatever_they_say(int seed)
    {
        Random random = new(seed);
        ShouldAgree(Enumerable.Range(0, 500).Select(_ =>
            WithOptions(Frames.Icmp(Guest4, Host4, 8, 0, 7, new byte[8]), Options(random, [0, 1, 7, 68, 130, 131, 137, 148, 30, 158]))));
    }

    [KernelTheory]
    [InlineData(1)]
    [InlineData(2)]
    public void IPv6_extension_headers_whatever_they_say(int seed)
    {
        Random random = new(seed);
        ShouldAgree(Enumerable.Range(0, 500).Select(_ => WithHeader(
            Frames.Udp(Guest6, 5000, Host6, 9, new byte[8]),
            random.Next(3) switch { 0 => IpProtocol.HopByHop, 1 => IpProtocol.DestinationOptions, _ => IpProtocol.Routing },
            Options(random, [0, 1, 1, 5, 30, 94, 158, 222, 194]))));
    }

    private static void ShouldAgree(IEnumerable<byte[]> packets)
    {
        using KernelTestbed testbed = new(new NftBackend(), PortPrograms.Compile);
        using ILiveTopology kernel = testbed.Build(Network), simulator = new SimulatedTestbed(PortPrograms.Compile).Build(Network);
        int answers = 0;
        foreach (byte[] packet in packets)
        {
            byte[] frame = Frames.Ethernet(Host, Guest, packet[0] >> 4 == 6 ? EtherType.Ipv6 : EtherType.Ipv4, packet);
            ImmutableArray<Stimulus> sent = [new(new("g1"), frame)];
            string[] said = [.. kernel.Send(sent).Deliveries.Select(Tell)], predicted = [.. simulator.Send(sent).Deliveries.Select(Tell)];
            answers += said.Length;

            predicted.Should().Equal(said, "it is what the kernel says to {0}", Convert.ToHexString(packet));
        }

        answers.Should().BePositive("some of them are answered");
    }

    private static string Tell(Delivery delivery) => Convert.ToHexString(Differences.Canonical(delivery.Frame).Span);

    /// <summary>The segment with another data offset, and the checksum that goes with it.</summary>
    private static byte[] WithHeaderOf(int words, byte[] packet)
    {
        bool version6 = packet[0] >> 4 == 6;
        Span<byte> segment = packet.AsSpan(version6 ? 40 : 20);
        segment[12] = (byte)(words << 4);
        segment.Slice(16, 2).Clear();
        ulong addresses = InternetChecksum.Sum(version6 ? packet.AsSpan(8, 32) : packet.AsSpan(12, 8));
        BinaryPrimitives.WriteUInt16BigEndian(segment[16..], InternetChecksum.Of(segment, addresses + (ulong)IpProtocol.Tcp + (ulong)segment.Length));
        return packet;
    }

    private static byte[] WithOptions(byte[] packet, byte[] options)
    {
        byte[] words = [.. options.Take(40), .. new byte[-Math.Min(options.Length, 40) & 3]];
        byte[] longer = [.. packet[..20], .. words, .. packet[20..]];
        longer[0] += (byte)(words.Length / 4);
        BinaryPrimitives.WriteUInt16BigEndian(longer.AsSpan(2), (ushort)longer.Length);
        longer.AsSpan(10, 2).Clear();
        BinaryPrimitives.WriteUInt16BigEndian(longer.AsSpan(10), InternetChecksum.Of(longer.AsSpan(0, 20 + words.Length)));
        return longer;
    }

    private static byte[] WithHeader(byte[] packet, IpProtocol kind, byte[] options)
    {
        byte[] body = [.. options, .. new byte[(6 - options.Length) & 7]];
        byte[] longer = [.. packet[..40], packet[6], (byte)(body.Length / 8), .. body, .. packet[40..]];
        longer[6] = (byte)kind;
        BinaryPrimitives.WriteUInt16BigEndian(longer.AsSpan(4), (ushort)(longer.Length - 40));
        return longer;
    }

    /// <summary>A few options, most of them with a length that is right, a pointer that may be, and addresses of all sorts.</summary>
    private static byte[] Options(Random random, byte[] kinds) =>
    [
        .. Enumerable.Range(0, random.Next(1, 4)).SelectMany(_ =>
        {
            byte kind = kinds[random.Next(kinds.Length)];
            byte[] value = [.. Enumerable.Range(0, random.Next(4) == 0 ? random.Next(14) : 4 * random.Next(1, 4)).Select(i => i switch
            {
                0 when random.Next(3) > 0 => (byte)(4 + random.Next(3)),
                1 => (byte)(random.Next(4) == 0 ? random.Next(256) : random.Next(4)),
                _ => random.Next(3) == 0 ? (byte)random.Next(256) : (byte)0,
            })];
            if (kind is 131 or 137 && value is [>= 8, ..])
            {
                value[0] = 4; // what has come along a source route is answered along it, which the simulator does not do
            }

            int length = value.Length + 2 + (random.Next(6) == 0 ? random.Next(-2, 3) : 0);
            return kind <= 1 && random.Next(2) == 0 ? [kind] : (byte[])[kind, (byte)length, .. value];
        }),
    ];
}
