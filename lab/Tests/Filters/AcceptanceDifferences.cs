using Lab.Engine.Diagnostics;
using Lab.Engine.Filters;

namespace Lab.Tests.Filters;

/// <summary>Where our verdict on a document differs from libvirt 9's on purpose. Everything else that differs is a mistake.</summary>
internal static class AcceptanceDifferences
{
    private static readonly (string Reason, Func<string, ReadResult, bool> Applies)[] Known =
    [
        // Quirk 22: libvirt reads the destination's range end of the IPv6 elements as IPv4, so that it can match nothing.
        ("dstipto is an IPv6 address", (document, _) => document.Contains("-ipv6", StringComparison.Ordinal) && document.Contains("dstipto", StringComparison.Ordinal)
            || document.Contains("<icmpv6", StringComparison.Ordinal) && document.Contains("dstipto", StringComparison.Ordinal)),

        // libvirt still sees the literal of an earlier element, then prints a text that it refuses to read.
        ("a variable replaces the protocol that ports need", (_, ours) => HasError(ours, "protocol '$")),

        // Quirk 9: libvirt never looks at the value; a wrong one would surprise whoever turns to the strict meaning.
        ("flags is read on tcp-ipv6", (document, ours) => document.Contains("<tcp-ipv6", StringComparison.Ordinal) && HasError(ours, "'flags'")),
    ];

    public static string? Explain(string document, ReadResult ours) => Known.FirstOrDefault(k => k.Applies(document, ours)).Reason;

    private static bool HasError(ReadResult ours, string words) =>
        ours.Diagnostics.Any(d => d.Severity == Severity.Error && d.Message.Contains(words, StringComparison.Ordinal));
}
