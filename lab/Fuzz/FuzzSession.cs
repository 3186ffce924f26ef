namespace Lab.Fuzz;

/// <summary>What a session is asked to do.</summary>
/// <param name="Pairs">How many pairs of a policy and a frame to show.</param>
/// <param name="Frames">At least so many frames for each policy.</param>
/// <param name="Limit">When to stop although pairs are left; null for never.</param>
/// <param name="MaximumUnexplained">Disagreements outside the ledger after which going on teaches nothing.</param>
internal sealed record FuzzOrder(int Seed, long Pairs, int Frames, TimeSpan? Limit, int MaximumUnexplained, TimeSpan ReduceFor);

/// <summary>Where a session stands; written down, it can be taken up again.</summary>
/// <param name="Next">The number of the first case that has not been judged.</param>
/// <param name="Refused">Policies that every party refused.</param>
internal sealed record FuzzProgress(int Seed, int Frames, int Next, long Pairs, int Refused, TimeSpan Spent)
{
    public double PairsPerSecond => Spent > TimeSpan.Zero ? Pairs / Spent.TotalSeconds : 0;
}

/// <summary>Makes cases, shows them to the court, and reduces what it finds.</summary>
internal sealed class FuzzSession(FuzzOrder order, Court court, TimeProvider clock)
{
    private readonly CaseGenerator _generator = new(order.Seed, order.Frames, new Coverage());

    /// <summary>Called after each policy.</summary>
    public Action<FuzzProgress> Advanced { get; init; } = static _ => { };

    /// <summary>Called with each disagreement, reduced; says whether the ledger knows it.</summary>
    public required Func<Disagreement, bool> Found { get; init; }

    public Coverage Coverage => _generator.Coverage;

    /// <summary>Until the pairs are shown, the time is up, too much is unexplained, or someone cancels.</summary>
    public FuzzProgress Run(FuzzProgress progress, CancellationToken cancel)
    {
        int unexplained = 0;
        long start = clock.GetTimestamp();
        TimeSpan before = progress.Spent;
        while (progress.Pairs < order.Pairs && unexplained < order.MaximumUnexplained && !cancel.IsCancellationRequested
            && !(clock.GetElapsedTime(start) > order.Limit))
        {
            Case @case = _generator.Make(progress.Next);
            foreach (Disagreement found in court.Judge(@case))
            {
                unexplained += Found(new Reducer(court, clock, order.ReduceFor).Reduce(found)) ? 0 : 1;
            }

            progress = progress with
            {
                Next = progress.Next + 1,
                Pairs = progress.Pairs + @case.Stimuli.Length,
                Refused = progress.Refused + (@case.Stimuli.IsEmpty ? 1 : 0),
                Spent = before + clock.GetElapsedTime(start),
            };
            Advanced(progress);
        }

        return progress;
    }
}
