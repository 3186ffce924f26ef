using Lab.Engine.Packets;

namespace Lab.Engine.Programs.Explaining;

/// <summary>Writes a field where <see cref="FieldReader"/> reads it.</summary>
internal static class FieldWriter
{
    /// <summary>Changes the frame in place; false when the field is not there, or has no bytes of its own.</summary>
    /// <remarks>Checksums are left alone: no condition reads them.</remarks>
    public static bool TryWrite(Span<byte> frame, Field field, UInt128 value)
    {
        if (FieldReader.TryRead(frame, field, out _) != FieldPresence.Present || Place(frame, field) is not { } offset)
        {
            return false;
        }

        FieldLayout layout = FieldLayout.Of(field);
        UInt128 kept = ~(FieldTable.Of(field).AllOnes << layout.Shift);
        UInt128 bits = value << layout.Shift;
        for (int i = layout.Bytes - 1; i >= 0; i--, kept >>= 8, bits >>= 8)
        {
            frame[offset + i] = (byte)((frame[offset + i] & (byte)(kept & 0xFF)) | (byte)(bits & 0xFF));
        }

        return true;
    }

    private static int? Place(ReadOnlySpan<byte> frame, Field field)
    {
        FieldLayout layout = FieldLayout.Of(field);
        switch (layout.Anchor)
        {
            case Anchor.Frame:
                return layout.Offset + (FieldTable.Of(field).Header is Header.Stp or Header.EbtStp ? FieldReader.TagLength(frame) : 0);
            case Anchor.Transport:
                return UpperLayer.TryFind(frame, out UpperLayer upper) ? upper.Offset + layout.Offset : null;
            case Anchor.ArpAddress:
                int hardware = frame[EthernetView.Length + 4], protocol = frame[EthernetView.Length + 5];
                int sender = EthernetView.Length + ArpView.MinimumLength;
                return field switch
                {
                    Field.ArpSenderMac => sender,
                    Field.ArpSenderIp => sender + hardware,
                    Field.ArpTargetMac => sender + hardware + protocol,
                    _ => sender + 2 * hardware + protocol,
                };
            default:
                // Only where the first header names the protocol at once is there one byte to change.
                const int NextHeader = EthernetView.Length + 6;
                return UpperLayer.TryFind(frame, out UpperLayer behind) && behind.Offset == EthernetView.Length + Ipv6View.Length ? NextHeader : null;
        }
    }
}
