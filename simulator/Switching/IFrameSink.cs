namespace Lab.Simulator.Switching;

/// <summary>Where frames arrive: a guest's wire, the host's stack, the other end of a link.</summary>
public interface IFrameSink
{
    /// <summary>Takes one frame; the bytes are lent for the duration of the call and must be copied to be kept.</summary>
    void Accept(ReadOnlySpan<byte> frame);
}
