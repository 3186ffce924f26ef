using Lab.Engine.Filters.Values;

namespace Lab.Engine.Filters;

/// <summary>Priorities of rules and of chains: lower runs earlier.</summary>
public static class RulePriority
{
    public const int Minimum = -1000;
    public const int Maximum = 1000;

    /// <summary>Of a rule that says nothing, or that says what libvirt does not take.</summary>
    public const int Default = 500;

    /// <summary>A decimal number within the range; leading blanks and '+' are taken.</summary>
    internal static bool TryRead(string text, out int priority) =>
        CNumber.TryReadSigned(text, out priority) && priority is >= Minimum and <= Maximum;
}
