namespace Lab.Reports.Captures;

internal enum CaptureDirection
{
    /// <summary>Came out of a port: the guest receives it.</summary>
    ToGuest,

    /// <summary>The guest put it on its wire.</summary>
    FromGuest,
}

/// <summary>A frame as a capture file tells of it.</summary>
/// <param name="Interface">The guest, by its name in the scenario.</param>
/// <param name="At">Since the capture's beginning.</param>
/// <param name="Comment">What became of it and why; may have several lines, empty for none.</param>
internal sealed record CapturedFrame(
    string Interface, CaptureDirection Direction, TimeSpan At, ReadOnlyMemory<byte> Bytes, string Comment);
