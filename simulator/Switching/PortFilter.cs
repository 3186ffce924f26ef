using System.Collections.Immutable;
using Lab.Engine.Programs;

namespace Lab.Simulator.Switching;

/// <summary>The policy of one port, ready to be asked stage by stage (nwfilter.md section 4.10).</summary>
public sealed class PortFilter
{
    private const int Families = 2;

    // Indexed by place and family; layer-2 stages stand in both columns. Null: no chain exists, everything passes.
    private readonly ImmutableArray<Stage?> _stages;

    public PortFilter(FilterProgram program)
    {
        Program = program;
        _stages =
        [
            program.EthernetFromGuest, program.EthernetFromGuest,
            program.Ipv4?.FromGuestForwarded, program.Ipv6?.FromGuestForwarded,
            program.Ipv4?.FromGuestToHost, program.Ipv6?.FromGuestToHost,
            program.Ipv4?.ToGuestForwarded, program.Ipv6?.ToGuestForwarded,
            program.EthernetToGuest, program.EthernetToGuest,
        ];
    }

    public FilterProgram Program { get; }

    /// <summary>Whether the port has chains of this family at the IP stages; then what they leave undecided is accepted.</summary>
    public bool HasIpStages(bool version6) => (version6 ? Program.Ipv6 : Program.Ipv4) is not null;

    /// <summary>Layer 2 knows two answers: a rejected frame is dropped (nwfilter.md section 4.2).</summary>
    internal bool Passes(FilterPlace place, string port, ReadOnlySpan<byte> frame, ISwitchWitness? witness) =>
        Ask(place, version6: false, port, frame, default, witness).Passes;

    internal StageOutcome Ask(
        FilterPlace place, bool version6, string port, ReadOnlySpan<byte> frame, in PacketContext context, ISwitchWitness? witness)
    {
        if (_stages[(int)place * Families + (version6 ? 1 : 0)] is not { } stage)
        {
            return StageOutcome.Undecided;
        }

        TraceRecorder? recorder = witness?.RecorderFor(place, port);
        StageOutcome outcome = Evaluator.Evaluate(stage, frame, context, recorder);
        witness?.Evaluated(place, port, outcome, recorder);
        return outcome;
    }
}
