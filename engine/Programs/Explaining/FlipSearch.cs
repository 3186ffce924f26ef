using System.Collections.Immutable;

namespace Lab.Engine.Programs.Explaining;

/// <summary>Looks for the smallest change of a frame that flips its fate: fewest fields first, then fewest bits.</summary>
/// <remarks>
/// Only values on the far side of a condition that was asked can matter, so the candidates come from the trace: a failed
/// comparison suggests the value that meets it, a met one the nearest value that does not. What a changed frame is asked
/// suggests the next change.
/// </remarks>
internal static class FlipSearch
{
    private const int MostFields = 3;

    /// <summary>Frames looked at before giving up; a second or so for a large filter.</summary>
    private const int MostFrames = 4000;

    public static SmallestChange? Find(
        FilterProgram program, Route route, byte[] frame, in PacketContext context, ImmutableArray<StageVisit> visits)
    {
        bool passes = visits.All(v => v.Outcome.Passes);
        List<Candidate> level = [new(frame, [], visits)];
        int seen = 0;
        for (int fields = 1; fields <= MostFields; fields++)
        {
            List<Candidate> next = [];
            foreach (Candidate changed in level.SelectMany(Successors).OrderBy(c => c.Changes.Sum(change => change.Bits)))
            {
                if (++seen > MostFrames)
                {
                    return null;
                }

                ImmutableArray<StageVisit> found = Explainer.Visit(program, route, changed.Frame, context);
                if (found.All(v => v.Outcome.Passes) != passes)
                {
                    return new(changed.Changes, found.IsEmpty ? null : found[^1].Outcome.Decider);
                }

                next.Add(changed with { Visits = found });
            }

            level = next;
        }

        return null;
    }

    private static IEnumerable<Candidate> Successors(Candidate from)
    {
        var suggested = from.Visits.SelectMany(v => v.Steps).OfType<ConditionAsked>()
            .Where(asked => asked.Actual is not null)
            .SelectMany(asked => Suggest(asked.Condition, asked.Actual!.Value).Select(value => (Field: FieldOf(asked.Condition), From: asked.Actual!.Value, To: value)))
            .Where(change => from.Changes.All(earlier => earlier.Field != change.Field))
            .Distinct();
        foreach ((Field field, UInt128 old, UInt128 value) in suggested)
        {
            byte[] frame = [.. from.Frame];
            if (value != old && FieldWriter.TryWrite(frame, field, value))
            {
                yield return new(frame, from.Changes.Add(new(field, old, value)), []);
            }
        }
    }

    private static Field FieldOf(Condition condition) => condition switch
    {
        FieldEquals c => c.Field,
        FieldInRange c => c.Field,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>The nearest values on the other side of a comparison.</summary>
    private static IEnumerable<UInt128> Suggest(Condition condition, UInt128 actual)
    {
        switch (condition)
        {
            case FieldEquals c when (actual & c.Mask) != c.Value:
                yield return actual & ~c.Mask | c.Value;
                break;
            case FieldEquals c when c.Mask != 0:
                yield return actual ^ (c.Mask & (~c.Mask + 1)); // the lowest bit that counts
                break;
            case FieldInRange c when actual < c.Low || actual > c.High:
                yield return actual < c.Low ? c.Low : c.High;
                break;
            case FieldInRange c:
                if (c.Low > 0)
                {
                    yield return c.Low - 1;
                }

                if (c.High < FieldTable.Of(c.Field).AllOnes)
                {
                    yield return c.High + 1;
                }

                break;
        }
    }

    private sealed record Candidate(byte[] Frame, ImmutableArray<FieldChange> Changes, ImmutableArray<StageVisit> Visits);
}
