namespace Lab.Fuzz;

/// <summary>What a session is asked to do.</summary>
/// <param name="Pairs">How many pairs of a policy and a frame to show.</param>
/// <param name="Frames">At least so many frames for each policy.</param>
/// <param name="Limit">When to stop although pairs are left; null for never.</param>
/// <param name="MaximumUnexplained">Disagreements outside the ledger after which going on teaches nothing.</param>
internal sealed record FuzzOrder(int Seed, long Pairs, int Frames, TimeSpan? Limit, int MaximumUnexplained, TimeSpan ReduceFor)
{
    /// <summary>Where the guests of the cases are plugged in.</summary>
    public Surroundings Around { get; init; } = Surroundings.OneBridge;
}

/// <summary>Makes cases, shows them to the court, and reduces what it finds.</summary>
internal sealed class FuzzSession(FuzzOrder order, Court court, TimeProvider clock)
{
    private readonly CaseGenerator _generator = new(order.Seed, order.Frames, new Coverage(), order.Around);

    /// <summary>Called after each policy.</summary>
    public Action<FuzzProgress> Advanced { get; init; } = static _ => { };

    /// <summary>Called with each disagreement that no entry of the ledger speaks of, reduced.</summary>
    public required Action<Disagreement> Found { get; init; }

    public Coverage Coverage => _generator.Coverage;

    /// <summary>Until the pairs are shown, the time is up, too much is unexplained, or someone cancels.</summary>
    /// <remarks>What was being judged when someone cancelled counts for nothing: it is judged again when the run is taken up.</remarks>
    public FuzzProgress Run(FuzzProgress progress, CancellationToken cancel)
    {
        long start = clock.GetTimestamp();
        TimeSpan before = progress.Spent;
        Reducer reducer = new(court, clock, order.ReduceFor, cancel);
        Recall(progress);
        while (progress.Pairs < order.Pairs && progress.Unexplained < order.MaximumUnexplained && !(clock.GetElapsedTime(start) > order.Limit))
        {
            Case @case = _generator.Make(progress.Next);
            Hearing hearing = court.Hear(@case);
            Disagreement[] reduced = [.. hearing.Disagreements.Select(reducer.Reduce)];
            if (cancel.IsCancellationRequested)
            {
                break;
            }

            foreach (Disagreement found in reduced)
            {
                string? known = Divergences.Ledger.BuiltIn.NameOf(found);
                progress = known is null ? progress with { Unexplained = progress.Unexplained + 1 }
                    : progress with { Known = FuzzProgress.Counted(progress.Known, known) };
                if (known is null)
                {
                    Found(found);
                }
            }

            foreach (string party in court.Names.Except(hearing.Abstained))
            {
                Coverage.TakenBy(party);
            }

            progress = progress.Behind(@case, hearing) with { Spent = before + clock.GetElapsedTime(start) };
            Advanced(progress);
        }

        return progress;
    }

    /// <summary>Cases of a run that is taken up are made once more, for what they cover.</summary>
    private void Recall(FuzzProgress progress)
    {
        for (int number = progress.First; number < progress.Next; number++)
        {
            _ = _generator.Make(number);
        }
    }
}
