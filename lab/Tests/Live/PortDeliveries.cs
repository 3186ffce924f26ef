using Lab.Engine.Interop;

namespace Lab.Tests.Live;

internal static class PortDeliveries
{
    /// <summary>Whether the frame has come out of the port since this was asked last.</summary>
    /// <remarks>The bridge has carried it, or not, when its sender's write returns (switching.md section 10.1).</remarks>
    public static bool HasDelivered(this IFramePort port, byte[] frame)
    {
        byte[] buffer = new byte[2048];
        bool came = false;
        for (int length; (length = port.Read(buffer)) > 0;)
        {
            came |= buffer.AsSpan(0, length).SequenceEqual(frame);
        }

        return came;
    }
}
