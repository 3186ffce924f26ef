using System.Collections.Immutable;
using Lab.Engine.Programs;
using Lab.Engine.Programs.Compiled;

namespace Lab.Simulator.Switching;

/// <summary>The policy of one port, ready to be asked stage by stage (nwfilter.md section 4.10).</summary>
public sealed class PortFilter
{
    private const int Families = 2;

    // Indexed by place and family; layer-2 stages stand in both columns. Null: no chain exists, everything passes.
    private readonly ImmutableArray<Stage?> _stages;
    private readonly (bool Tried, CompiledStage? Stage)[] _compiled; // tried when first asked without a witness

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
        _compiled = new (bool, CompiledStage?)[_stages.Length];
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
        int index = (int)place * Families + (version6 ? 1 : 0);
        if (_stages[index] is not { } stage)
        {
            return StageOutcome.Undecided;
        }

        if (witness is null)
        {
            ref (bool Tried, CompiledStage? Stage) compiled = ref _compiled[index];
            if (!compiled.Tried)
            {
                compiled = (true, CompiledStage.Of(stage));
            }

            return compiled.Stage?.Evaluate(frame, context) ?? Evaluator.Evaluate(stage, frame, context);
        }

        TraceRecorder? recorder = witness.RecorderFor(place, port);
        StageOutcome outcome = Evaluator.Evaluate(stage, frame, context, recorder);
        witness.Evaluated(place, port, outcome, recorder);
        return outcome;
    }
}
