using System.Text;
using Lab.Contract.Testbeds;
using Lab.Engine.Packets;
using Lab.Engine.Programs;
using Lab.Simulator.Networks;
using Lab.Simulator.Switching;
using Lab.Simulator.Time;

namespace Lab.Simulated;

/// <summary>One simulated bridge with its guests; the addresses are those that the kernel testbed gives its devices.</summary>
internal sealed class SimulatedTopology : ILiveTopology, IHostPort
{
    private static readonly MacAddress BridgeMac = MacAddress.Parse("52:54:00:00:00:fe");

    private readonly Topology _topology;
    private readonly Bridge _bridge;
    private readonly Dictionary<GuestName, GuestWire> _wires = [];

    public SimulatedTopology(Topology topology, Func<Guest, FilterProgram> compile)
    {
        _topology = topology;
        FilterProgram?[] programs = [.. topology.Guests.Select(guest => guest.Filter is null ? null : compile(guest))];

        // As the kernel testbed sets it: bridge netfilter is on when, and only when, some port has IP rules.
        bool ipRules = programs.Any(program => program is { Ipv4: not null } or { Ipv6: not null });
        VirtualClock clock = new();
        Host host = new(new() { BridgeNetfilter = ipRules }, clock, NetworkRules.None);
        _bridge = new(new(BridgeMac), clock, this, host.BridgeHooks);
        foreach ((Guest guest, FilterProgram? program) in topology.Guests.Zip(programs))
        {
            var wire = new GuestWire(guest.Name);
            wire.Port = _bridge.AddPort(new(guest.Name.Text, PortMac(guest.Mac)), wire, program is null ? null : new PortFilter(program));
            _wires.Add(guest.Name, wire);
        }
    }

    public Observation Send(IReadOnlyList<Stimulus> stimuli)
    {
        List<Decision> decisions = [];
        foreach (Stimulus stimulus in stimuli)
        {
            var account = new DecisionAccount();
            _bridge.Fates.Witness = account;
            _bridge.Receive(_wires[stimulus.From].Port, stimulus.Frame.Span);
            decisions.Add(account.Close(stimulus));
        }

        _bridge.Fates.Witness = null;
        return new([.. _topology.Guests.SelectMany(guest => _wires[guest.Name].TakeAll())], [.. decisions]);
    }

    public string Describe()
    {
        StringBuilder text = new();
        text.AppendLine($"simulated bridge {BridgeMac}");
        foreach (Guest guest in _topology.Guests)
        {
            text.AppendLine($"  port {PortMac(guest.Mac)}: guest {guest.Name} {guest.Mac}, "
                + (guest.Filter is { } use ? $"filter {use.Filter}" : "no filter"));
        }

        foreach (FateInfo fate in Fates.All.Where(fate => _bridge.Fates[fate.Fate] > 0))
        {
            text.AppendLine($"  {_bridge.Fates[fate.Fate],6} × {fate.Sentence}");
        }

        return text.ToString();
    }

    public void Dispose()
    {
        // nothing is held
    }

    /// <summary>The host has no address on this bridge and answers nothing.</summary>
    void IHostPort.Receive(Bridge bridge, in PassingFrame frame)
    {
    }

    // libvirt's way: the guest's address with the first octet fe (switching.md section 1.2).
    private static MacAddress PortMac(MacAddress guest) =>
        MacAddress.FromBits((guest.Bits & 0x00FF_FFFF_FFFF) | 0xFE00_0000_0000);

    private sealed class GuestWire(GuestName guest) : IFrameSink
    {
        private List<Delivery> _arrived = [];

        public BridgePort Port { get; set; } = null!;

        public void Accept(ReadOnlySpan<byte> frame) => _arrived.Add(new(guest, frame.ToArray()));

        public List<Delivery> TakeAll() => Interlocked.Exchange(ref _arrived, []);
    }
}
