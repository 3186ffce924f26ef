using Lab.Contract.Testbeds;
using Lab.Engine.Packets;
using Lab.Simulator.Switching;

namespace Lab.Simulated;

/// <summary>Where frames go in; they are good for the call only.</summary>
internal delegate void FrameEntry(ReadOnlySpan<byte> frame);

/// <summary>A frame has come to a guest.</summary>
internal delegate void Arrival(GuestName guest, ReadOnlySpan<byte> frame);

/// <summary>The far end of a wire, as a function.</summary>
internal sealed class Wire(FrameEntry take) : IFrameSink
{
    public void Accept(ReadOnlySpan<byte> frame) => take(frame);
}

/// <summary>The LAN's switch has no stack of its own.</summary>
internal sealed class Nobody : IHostPort
{
    public static readonly Nobody Instance = new();

    public void Receive(Bridge bridge, in PassingFrame frame)
    {
    }
}

/// <summary>Notes what a bridge hands up before the stack has it.</summary>
/// <remarks>The kernel keeps an outer tag apart from the bytes that a socket reads.</remarks>
internal sealed class Overheard(IHostPort stack, GuestName[] ears, Arrival arrived) : IHostPort
{
    public void Receive(Bridge bridge, in PassingFrame frame)
    {
        foreach (GuestName ear in ears)
        {
            arrived(ear, VlanView.Untagged(frame.Bytes));
        }

        stack.Receive(bridge, frame);
    }
}

/// <summary>The same for a lower device.</summary>
internal sealed class OverheardDevice(IFrameSink stack, GuestName[] ears, Arrival arrived) : IFrameSink
{
    public void Accept(ReadOnlySpan<byte> frame)
    {
        foreach (GuestName ear in ears)
        {
            arrived(ear, VlanView.Untagged(frame));
        }

        stack.Accept(frame);
    }
}
