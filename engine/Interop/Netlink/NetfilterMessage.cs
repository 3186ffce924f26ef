namespace Lab.Engine.Interop.Netlink;

/// <summary>One object of nf_tables as the kernel lists it; the same attributes make it again.</summary>
/// <param name="Family">NFPROTO_*.</param>
/// <param name="Attributes">As they came: attributes in the order of the kernel, each aligned to four bytes.</param>
internal sealed record NetfilterMessage(byte Family, ReadOnlyMemory<byte> Attributes)
{
    /// <summary>The attributes of the wanted types, with their headers.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Select(IReadOnlySet<ushort> wanted)
    {
        List<ReadOnlyMemory<byte>> selected = [];
        foreach (NetlinkAttributes attribute in new NetlinkAttributes(Attributes.Span))
        {
            if (wanted.Contains(attribute.Type))
            {
                selected.Add(Attributes[attribute.Whole]);
            }
        }

        return selected;
    }
}
