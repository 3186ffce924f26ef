using Lab.Engine.Packets;
using Lab.Engine.Programs;
using Lab.Simulator.Networks;
using Lab.Simulator.Networks.Firewall;
using Lab.Simulator.Switching;
using Lab.Simulator.Time;

namespace Lab.Simulator.Tests.Switching;

/// <summary>A bridge with a wire per port that keeps what arrives.</summary>
internal sealed class TestSwitch : IHostPort, ISwitchWitness
{
    private readonly Dictionary<string, BridgePort> _ports = [];
    private readonly Dictionary<string, Wire> _wires = [];

    /// <param name="host">Its IP hooks see bridged packets; null for a host without bridge netfilter.</param>
    public TestSwitch(BridgeOptions? options = null, HostOptions? host = null)
    {
        IBridgeNetfilter? hooks = host is null ? null : new Host(host, Clock, NetworkRules.None).BridgeHooks;
        Bridge = new(options ?? new(Mac(0xFE)), Clock, this, hooks);
        Bridge.Fates.Witness = this;
    }

    public VirtualClock Clock { get; } = new();

    public Bridge Bridge { get; }

    public List<byte[]> HostReceived { get; } = [];

    public List<(Fate Fate, string? At)> Fates { get; } = [];

    public BridgePort this[string port] => _ports[port];

    public static MacAddress Mac(int last) => MacAddress.FromBits(0x5254_0000_0000 + (ulong)last);

    /// <summary>Ports g1, g2, ... whose devices have the addresses fe:54:00:00:00:01, ...</summary>
    public static TestSwitch WithPorts(int count, BridgeOptions? options = null, Func<PortOptions, PortOptions>? change = null)
    {
        var made = new TestSwitch(options);
        for (int i = 1; i <= count; i++)
        {
            _ = made.Add($"g{i}", i, change);
        }

        return made;
    }

    public static MacAddress DeviceMac(int last) => MacAddress.FromBits(0xFE54_0000_0000 + (ulong)last);

    public BridgePort Add(string name, int number, Func<PortOptions, PortOptions>? change = null, FilterProgram? program = null)
    {
        var options = new PortOptions(name, DeviceMac(number));
        _wires[name] = new Wire();
        return _ports[name] = Bridge.AddPort(
            change?.Invoke(options) ?? options, _wires[name], program is null ? null : new PortFilter(program));
    }

    /// <summary>Sends a frame and returns the names of the ports (and "host") that got it, in order.</summary>
    public string[] Send(string from, byte[] frame)
    {
        foreach (Wire wire in _wires.Values)
        {
            wire.Frames.Clear();
        }

        HostReceived.Clear();
        Fates.Clear();
        Bridge.Receive(_ports[from], frame);
        return [.. _wires.Where(w => w.Value.Frames.Count > 0).Select(w => w.Key), .. HostReceived.Count > 0 ? ["host"] : Array.Empty<string>()];
    }

    public IReadOnlyList<byte[]> At(string port) => _wires[port].Frames;

    public static byte[] Frame(MacAddress to, MacAddress from, int length = 60, EtherType type = EtherType.Experimental1) =>
        Frames.Ethernet(to, from, type, new byte[length - 14]);

    void IHostPort.Receive(Bridge bridge, in PassingFrame frame) => HostReceived.Add(frame.Bytes.ToArray());

    TraceRecorder? ISwitchWitness.RecorderFor(FilterPlace place, string port) => null;

    void ISwitchWitness.Evaluated(FilterPlace place, string port, StageOutcome outcome, TraceRecorder? recorder)
    {
    }

    void ISwitchWitness.Became(Fate fate, string? at) => Fates.Add((fate, at));

    private sealed class Wire : IFrameSink
    {
        public List<byte[]> Frames { get; } = [];

        public void Accept(ReadOnlySpan<byte> frame) => Frames.Add(frame.ToArray());
    }
}
