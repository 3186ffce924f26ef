using Lab.Engine.Filters.Model;

namespace Lab.Engine.Filters.Values;

/// <summary>Variable references (nwfilter.md section 3.1): <c>$NAME</c>, <c>$NAME[@k]</c>, <c>$NAME[n]</c>.</summary>
public static class VariableSyntax
{
    /// <summary>The largest k of <c>[@k]</c>; libvirt's VIR_NWFILTER_MAX_ITERID.</summary>
    public const int MaximumIterator = 1000;

    public static bool IsReference(string text) => text.StartsWith('$');

    public static bool IsNameCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';

    /// <summary>A parameter's value: no blank, no '/', no '-'.</summary>
    public static bool IsValueCharacter(char c) => IsNameCharacter(c) || c is '.' or ':';

    /// <summary>Reads a reference; the value is null when it is malformed.</summary>
    public static ParsedValue Parse(string text)
    {
        int name = 1;
        while (name < text.Length && IsNameCharacter(text[name]))
        {
            name++;
        }

        VariableReference? reference =
            name == text.Length ? new(text[1..], 0, null)
            : text[name] == '[' ? Bracketed(text[1..name], text.AsSpan(name + 1))
            : null;
        return new(reference, reference is null ? null : Caution(text, reference));
    }

    /// <param name="rest">What follows the opening bracket.</param>
    private static VariableReference? Bracketed(string name, ReadOnlySpan<char> rest)
    {
        rest = SkipBlanks(rest);
        bool iterates = rest.StartsWith("@");
        rest = iterates ? rest[1..] : rest;
        if (!CNumber.TryReadUnsigned(rest, 10, out uint number, out int length)
            || !SkipBlanks(rest[length..]).StartsWith("]")
            || (iterates && number > MaximumIterator))
        {
            return null;
        }

        return iterates ? new(name, (int)number, null) : new(name, null, number);
    }

    private static ReadOnlySpan<char> SkipBlanks(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty && CNumber.IsBlank(text[0]))
        {
            text = text[1..];
        }

        return text;
    }

    /// <summary>Quirk 23: libvirt reads more than the grammar says.</summary>
    private static string? Caution(string text, VariableReference reference) =>
        reference.Name.Length == 0 ? $"'{text}' names no variable"
        : text.Contains('-') ? $"'{text}' is read as ${reference}"
        : text.Contains('[') && !text.EndsWith(']') ? $"what follows the bracket in '{text}' is ignored"
        : null;
}
