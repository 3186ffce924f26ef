namespace Lab.Simulator.Switching;

/// <summary>Where a device with macvtaps puts fragments for groups together: in its host's IP stack (ip_check_defrag,
/// net/ipv4/ip_fragment.c, which macvlan_handle_frame calls; switching.md section 5.7).</summary>
public interface IGroupDefragmenter
{
    /// <param name="whole">The datagram that the frame completed, in one frame of whatever length; empty when the frame is no
    /// fragment and goes on as it is.</param>
    /// <returns>False when the frame goes no further, and then why.</returns>
    bool TryComplete(ReadOnlySpan<byte> frame, out ReadOnlyMemory<byte> whole, out Fate held);
}
