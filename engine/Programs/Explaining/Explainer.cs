using System.Collections.Immutable;

namespace Lab.Engine.Programs.Explaining;

/// <summary>Everything there is to say of one frame at one port.</summary>
/// <param name="Visits">The stages in the order in which the frame met them; the last one decided.</param>
/// <param name="Change">Null when no small change of the frame would have helped.</param>
public sealed record Explanation(Route Route, PacketContext Context, ImmutableArray<StageVisit> Visits, SmallestChange? Change)
{
    public bool Passes => Visits.All(v => v.Outcome.Passes);

    /// <summary>The stage whose word was the last; null when no stage exists on the route, so that everything passes.</summary>
    public StageVisit? Decider => Visits.IsEmpty ? null : Visits[^1];
}

/// <summary>Asks the evaluator, with a recorder, about every stage on a frame's way.</summary>
public static class Explainer
{
    /// <summary>Judges the frame and looks for the smallest change that would have turned the verdict.</summary>
    public static Explanation Explain(FilterProgram program, Route route, ReadOnlySpan<byte> frame, in PacketContext context)
    {
        ImmutableArray<StageVisit> visits = Visit(program, route, frame, context);
        byte[] copy = frame.ToArray();
        return new(route, context, visits, FlipSearch.Find(program, route, copy, context, visits));
    }

    internal static ImmutableArray<StageVisit> Visit(
        FilterProgram program, Route route, ReadOnlySpan<byte> frame, in PacketContext context)
    {
        var visits = ImmutableArray.CreateBuilder<StageVisit>();
        foreach ((string name, Stage? stage) in StagesOf(program, route, frame))
        {
            if (stage is null)
            {
                continue;
            }

            TraceRecorder recorder = new();
            StageOutcome outcome = Evaluator.Evaluate(stage, frame, context, recorder);
            visits.Add(new(name, stage, outcome, [.. recorder.Steps]));
            if (!outcome.Passes)
            {
                break;
            }
        }

        return visits.ToImmutable();
    }

    private static (string Name, Stage? Stage)[] StagesOf(FilterProgram program, Route route, ReadOnlySpan<byte> frame)
    {
        (string family, IpStages? ip) = FieldReader.HasHeader(frame, Header.Ipv4) ? ("IPv4", program.Ipv4)
            : FieldReader.HasHeader(frame, Header.Ipv6) ? ("IPv6", program.Ipv6)
            : ("", null);
        return route switch
        {
            Route.FromGuest => [("layer 2, from the guest", program.EthernetFromGuest), ($"{family}, from the guest to other ports", ip?.FromGuestForwarded)],
            Route.FromGuestToHost => [("layer 2, from the guest", program.EthernetFromGuest), ($"{family}, from the guest to the host", ip?.FromGuestToHost)],
            Route.ToGuest => [($"{family}, from other ports to the guest", ip?.ToGuestForwarded), ("layer 2, to the guest", program.EthernetToGuest)],
            _ => [("layer 2, to the guest", program.EthernetToGuest)],
        };
    }
}
