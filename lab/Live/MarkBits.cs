using Lab.Engine.Rulesets.Nftables;

namespace Lab.Live;

/// <summary>Which eight bits of a packet's mark carry its connection state across a bridge: where an operator chooses.</summary>
/// <remarks>They are 0 again when a packet leaves us, and all other bits are as they came; so they must be nobody else's.</remarks>
internal static class MarkBits
{
    /// <summary>The number of the lowest of the bits; all commands on one host must agree on it.</summary>
    public const string Variable = "NWLAB_MARK_BIT";

    public static int First() => Parse(Environment.GetEnvironmentVariable(Variable));

    /// <exception cref="UserMistakeException">The text is no bit that seven others follow.</exception>
    internal static int Parse(string? chosen) => chosen switch
    {
        null or "" => StateMark.DefaultFirstBit,
        { } text when int.TryParse(text, out int bit) && bit is >= 0 and <= StateMark.DefaultFirstBit => bit,
        { } text => throw new UserMistakeException(
            $"{Variable} is '{text}', and eight bits of a mark begin at 0 to {StateMark.DefaultFirstBit}"),
    };
}
