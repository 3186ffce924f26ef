using Lab.Engine.Diagnostics;
using Lab.Engine.Packets;
using Lab.Engine.Programs;
using Lab.Simulator.Networks;
using Lab.Simulator.Networks.Firewall;
using Lab.Simulator.Networks.Ipv4;
using Lab.Simulator.Switching;
using Lab.Simulator.Time;

namespace Lab.Simulator.Tests.Networks;

/// <summary>The host of switching.md's examples: virbr0 with g1 and g2, virbr1 with h1, an uplink with L and the gateway.</summary>
internal sealed class TestNetwork
{
    public static readonly Ipv4Address G1 = Address("192.168.122.11"), G2 = Address("192.168.122.12"), H1 = Address("192.168.123.11");
    public static readonly Ipv4Address L = Address("10.0.0.9"), Gateway = Address("10.0.0.1"), Uplink = Address("10.0.0.2");
    public static readonly Ipv4Address Bridge0 = Address("192.168.122.1"), Bridge1 = Address("192.168.123.1");
    public static readonly MacAddress UplinkMac = Mac(0xE0), Bridge0Mac = Mac(0xFE), Bridge1Mac = Mac(0xFD);

    private readonly Dictionary<string, BridgePort> _ports = [];
    private readonly Dictionary<string, Bridge> _bridges = [];
    private readonly List<(string At, byte[] Frame)> _seen = [];
    private readonly IFrameSink _uplink;

    public TestNetwork(
        NetworkMode mode, NetworkMode second = NetworkMode.Isolated, HostOptions? options = null,
        Func<PortOptions, PortOptions>? port = null, bool secondFirst = false)
    {
        VirtualNetwork first = new("virbr0", mode, [new(Bridge0, 24)]);
        VirtualNetwork other = new("virbr1", second, [new(Bridge1, 24)]);
        NetworkRules rules = VirtualNetwork.RulesFor(secondFirst ? [other, first] : [first, other]);
        Host = new(options ?? new() { Forwarding = true }, Clock, rules);

        _bridges["virbr0"] = AddBridge("virbr0", Bridge0Mac, Bridge0);
        _bridges["virbr1"] = AddBridge("virbr1", Bridge1Mac, Bridge1);
        HostDevice eth0 = Host.AddDevice("eth0", UplinkMac, new Wire(f => _seen.Add(("eth0", f))));
        eth0.AddAddress(new Ipv4Interface(Uplink, 24));
        eth0.SetNeighbour(L, MacOf(L));
        eth0.SetNeighbour(Gateway, MacOf(Gateway));
        Host.AddRoute(new Ipv4Route(default, eth0, Gateway));
        _uplink = eth0;
        AddPort("virbr0", "g1", 1, port);
        AddPort("virbr0", "g2", 2, port);
        AddPort("virbr1", "h1", 3, port);
    }

    public VirtualClock Clock { get; } = new();

    public Host Host { get; }

    /// <summary>virbr0 as the host sees it.</summary>
    public HostDevice Bridge0Device { get; private set; } = null!;

    public static MacAddress Mac(int last) => MacAddress.FromBits(0x5254_0000_0000 + (ulong)last);

    public static MacAddress MacOf(Ipv4Address address) => Mac((int)(address.Bits & 0xFFFF));

    public static Ipv4Address Address(string text) => Ipv4Address.Parse(text);

    /// <summary>Sends a packet from a place to a MAC and tells, in order, where which packet came out.</summary>
    public IReadOnlyList<(string At, byte[] Frame)> Send(string from, MacAddress to, byte[] packet) =>
        SendFrame(from, Frames.Ethernet(to, MacOf(Ipv4Address.Read(packet.AsSpan(12))), EtherType.Ipv4, packet));

    /// <summary>What came out of anywhere while that much time passed.</summary>
    public IReadOnlyList<(string At, byte[] Frame)> Wait(TimeSpan time)
    {
        _seen.Clear();
        Clock.Advance(time);
        return [.. _seen];
    }

    public IReadOnlyList<(string At, byte[] Frame)> SendFrame(string from, byte[] frame)
    {
        _seen.Clear();
        if (from == "eth0")
        {
            _uplink.Accept(frame);
        }
        else
        {
            _bridges[from.StartsWith('g') ? "virbr0" : "virbr1"].Receive(_ports[from], frame);
        }

        return [.. _seen];
    }

    /// <summary>One line per packet: where, what, from whom, to whom, time to live; ICMP errors with the type and code.</summary>
    public static string Tell((string At, byte[] Frame) seen)
    {
        ReadOnlySpan<byte> frame = seen.Frame;
        if (frame[12] != 8 || frame[13] != 0)
        {
            return $"{seen.At}: {frame[12]:x2}{frame[13]:x2}";
        }

        _ = Ipv4View.TryRead(frame[14..], out Ipv4View ip);
        string what = ip.Protocol switch
        {
            IpProtocol.Icmp => $"icmp {ip.Payload[0]}/{ip.Payload[1]}",
            IpProtocol.Udp => $"udp {Ipv4Rewriter.Word(ip.Payload, 0)}>{Ipv4Rewriter.Word(ip.Payload, 2)}",
            IpProtocol.Tcp => $"tcp {Ipv4Rewriter.Word(ip.Payload, 0)}>{Ipv4Rewriter.Word(ip.Payload, 2)}",
            _ => $"protocol {(int)ip.Protocol}",
        };
        return $"{seen.At}: {what} {ip.Source} > {ip.Destination} ttl {ip.TimeToLive}";
    }

    /// <summary>Gives a port IP stages that all end with this verdict.</summary>
    public void Rule(string port, Verdict verdict)
    {
        Stage stage = new([new("decides", [new Rule([], verdict, new("test", new SourcePosition("test.xml", 1, 1)))], ChainEnd.Return)]);
        Bridge.Bind(_ports[port], new(FilterProgram.Empty with { Ipv4 = new(stage, stage, stage) }));
    }

    public string Tells(string from, MacAddress to, byte[] packet) => string.Join("; ", Send(from, to, packet).Select(Tell));

    private Bridge AddBridge(string name, MacAddress mac, Ipv4Address address)
    {
        Bridge? bridge = null;
        HostDevice device = Host.AddDevice(name, mac, new Wire(f => bridge!.SendFromHost(f)));
        device.AddAddress(new Ipv4Interface(address, 24));
        Bridge0Device ??= device;
        foreach (Ipv4Address guest in new[] { G1, G2, H1 }.Where(new Ipv4Interface(address, 24).Subnet.Contains))
        {
            device.SetNeighbour(guest, MacOf(guest));
        }

        return bridge = new(new(mac) { Name = name }, Clock, device, Host.BridgeHooks);
    }

    private void AddPort(string bridge, string name, int number, Func<PortOptions, PortOptions>? change)
    {
        var options = new PortOptions(name, MacAddress.FromBits(0xFE54_0000_0000 + (ulong)number));
        _ports[name] = _bridges[bridge].AddPort(change?.Invoke(options) ?? options, new Wire(f => _seen.Add((name, f))));
        _bridges[bridge].AddStatic(MacOf(name switch { "g1" => G1, "g2" => G2, _ => H1 }), _ports[name]);
    }

    private sealed class Wire(Action<byte[]> take) : IFrameSink
    {
        public void Accept(ReadOnlySpan<byte> frame) => take(frame.ToArray());
    }
}
