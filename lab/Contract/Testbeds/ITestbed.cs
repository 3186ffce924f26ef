using System.Collections.Immutable;
using Lab.Engine.Programs;

namespace Lab.Contract.Testbeds;

/// <summary>A place where scenarios happen: the simulator, kernel devices under our rules, kernel devices under libvirt's.</summary>
public interface ITestbed : IDisposable
{
    /// <summary>One word, as <c>--on</c> takes it: <c>simulator</c>, <c>kernel</c>, <c>libvirt</c>.</summary>
    string Name { get; }

    /// <summary>Why a scenario with these tags cannot run here: what the machine lacks that a tag names; null when it lacks nothing.</summary>
    string? Lacks(IEnumerable<string> tags) => null;

    /// <summary>Builds the topology and applies its filters; disposing the result takes all of it away.</summary>
    /// <exception cref="TestbedException">The world refused: no privilege, a missing kernel feature, a rejected ruleset.</exception>
    ILiveTopology Build(Topology topology);
}

/// <summary>A topology that stands and can carry frames.</summary>
public interface ILiveTopology : IDisposable
{
    /// <summary>
    /// Sends the frames in order and returns what came out of every port, in order per port, once nothing more can come.
    /// </summary>
    Observation Send(IReadOnlyList<Stimulus> stimuli);

    /// <summary>Puts other filters, or other uses of them, into force in one step; guests and wires stay as they are.</summary>
    /// <exception cref="TestbedException">This testbed cannot do that, or the world refused.</exception>
    void Change(Topology next) => throw new TestbedException("this testbed cannot change filters while a topology stands");

    /// <summary>Loses every rule, as when somebody flushes the kernel's; the next change puts them back.</summary>
    /// <exception cref="TestbedException">This testbed cannot do that.</exception>
    void Flush() => throw new TestbedException("this testbed cannot lose its rules while a topology stands");

    /// <summary>Unplugs a guest and plugs it in again at a new port of its bridge, under its filter, as after a migration.</summary>
    /// <exception cref="TestbedException">This testbed cannot do that, or not on this topology.</exception>
    void Move(GuestName guest) => throw new TestbedException("this testbed cannot move a guest while a topology stands");

    /// <summary>Takes a device down, or brings it up again: a guest's port by the guest's name, or a bridge or an uplink of the host by its own.</summary>
    /// <exception cref="TestbedException">This testbed cannot do that, or not with this device.</exception>
    void SetLink(string device, bool up) => throw new TestbedException("this testbed cannot take devices down");

    /// <summary>Lets time pass before the next frame.</summary>
    /// <exception cref="TestbedException">This testbed's clock cannot be turned.</exception>
    void Wait(TimeSpan time) =>
        throw new TestbedException("this testbed's clock cannot be turned; tag the scenario with those on which it should run");

    /// <summary>Waits until something has happened by itself, and returns what came out of the ports meanwhile; where a frame
    /// told of it, that frame alone.</summary>
    /// <exception cref="TestbedException">It does not happen here.</exception>
    Observation Await(Happening happening) => throw new TestbedException($"this testbed cannot wait for this: {happening}");

    /// <summary>What a person needs in order to understand a failure: devices, ruleset, counters. Many lines.</summary>
    string Describe();
}

/// <summary>A frame that a guest puts on its wire.</summary>
/// <param name="Frame">From the destination address to the last payload byte; no preamble, no checksum; 14 bytes at least.</param>
public sealed record Stimulus(GuestName From, ReadOnlyMemory<byte> Frame);

/// <summary>A frame that came out of a port, byte for byte.</summary>
public sealed record Delivery(GuestName At, ReadOnlyMemory<byte> Frame);

/// <param name="Deliveries">Grouped by port in the topology's order, and in order of arrival within a port.</param>
/// <param name="Decisions">Why each frame went where it went, one entry per stimulus; empty where a testbed cannot tell.</param>
public sealed record Observation(ImmutableArray<Delivery> Deliveries, ImmutableArray<Decision> Decisions);

/// <summary>A testbed's account of one stimulus: readable lines, chain by chain, rule by rule, with file and line.</summary>
/// <param name="Lines">One thing a line; what belongs to the line above is indented by two more blanks.</param>
public sealed record Decision(Stimulus Stimulus, ImmutableArray<string> Lines)
{
    /// <summary>What each port's filter said, in the order in which they were asked; empty where nobody was asked.</summary>
    public ImmutableArray<PortVerdict> Verdicts { get; init; } = [];

    /// <summary>The same rule by rule: one walk for each stage that was asked.</summary>
    public ImmutableArray<StageWalk> Walks { get; init; } = [];
}

/// <summary>One port's word on a frame: the sender's on the way in, a receiver's on the way out.</summary>
/// <param name="ToGuest">Asked for a frame on its way to the guest, rather than from it.</param>
/// <param name="By">The rule that decided; null when no rule did and the frame passed.</param>
public sealed record PortVerdict(GuestName Port, bool ToGuest, bool Passed, Origin? By);

/// <summary>The world refused: the message names what was tried, what answered, and the rule behind it if there is one.</summary>
public sealed class TestbedException : Exception
{
    public TestbedException()
    {
    }

    public TestbedException(string message) : base(message)
    {
    }

    public TestbedException(string message, Exception inner) : base(message, inner)
    {
    }

    /// <summary>What the topology needs and the testbed lacks, as a sentence without places, so that equal ones can be counted:
    /// it abstains, which is no verdict on the topology. Null for a refusal.</summary>
    public string? Abstention { get; init; }

    public bool IsAbstention => Abstention is not null;
}
