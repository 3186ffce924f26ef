using System.Collections.Immutable;

namespace Lab;

/// <summary>A field that a kernel may fill as it likes, so that two testbeds can be right and differ.</summary>
/// <param name="Field">As a protocol's documentation calls it.</param>
/// <param name="Reason">Why the kernel is free there, with a source.</param>
/// <param name="Without">The frame with the field, and what follows from it (a checksum), set to zero.</param>
internal sealed record Difference(string Field, string Reason, Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> Without);

/// <summary>The one place where agreement is allowed to be less than byte for byte (switching.md section 10.5).</summary>
internal static class Differences
{
    /// <summary>None so far: bridged frames come out as they went in, and nothing is sent by a host's own stack.</summary>
    public static ImmutableArray<Difference> Allowed { get; } = [];

    /// <summary>Whether two deliveries are the same frame as far as the testbeds owe us.</summary>
    public static bool Same(ReadOnlyMemory<byte> one, ReadOnlyMemory<byte> other) =>
        Canonical(one).Span.SequenceEqual(Canonical(other).Span);

    private static ReadOnlyMemory<byte> Canonical(ReadOnlyMemory<byte> frame) =>
        Allowed.Aggregate(frame, (bytes, difference) => difference.Without(bytes));
}
