namespace Lab.Simulator.Switching;

/// <summary>Counts the fates met at one switch, and tells a witness of each.</summary>
public sealed class FateLedger
{
    private readonly long[] _counts = new long[Fates.All.Length];

    /// <summary>Told of every step while it is set.</summary>
    public ISwitchWitness? Witness { get; set; }

    /// <summary>How often a fate has been met since the beginning.</summary>
    public long this[Fate fate] => _counts[(int)fate];

    internal void Enter(Fate fate, string? at)
    {
        _counts[(int)fate]++;
        Witness?.Became(fate, at);
    }
}
