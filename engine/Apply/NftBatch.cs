using System.Buffers.Binary;
using System.Collections.Frozen;
using System.Diagnostics;
using System.Text;
using Lab.Engine.Interop.Netlink;
using Lab.Engine.Rulesets.Nftables;

namespace Lab.Engine.Apply;

/// <summary>A change as one batch of requests to the kernel (include/uapi/linux/netfilter/nf_tables.h).</summary>
internal sealed class NftBatch
{
    private const ushort NewTable = 0, DeleteTable = 2, NewChain = 3, DeleteChain = 5, NewRule = 6, DeleteRule = 8,
        NewSet = 9, DeleteSet = 11, NewElements = 12, DeleteElements = 14; // NFT_MSG_*

    private const ushort Table = 1; // NFTA_TABLE_NAME, and NFTA_*_TABLE of all other objects
    private const ushort Name = 3; // NFTA_CHAIN_NAME
    private const ushort RuleChain = 2, SetName = 2, ElementsOfSet = 2; // NFTA_RULE_CHAIN, NFTA_SET_NAME, NFTA_SET_ELEM_LIST_SET
    private const ushort SetId = 10; // NFTA_SET_ID, which a request must have
    private const ushort ElementList = 3, ListElement = 1; // NFTA_SET_ELEM_LIST_ELEMENTS, NFTA_LIST_ELEM
    private const ushort ElementKey = 1, ElementData = 2; // NFTA_SET_ELEM_*
    private const ushort DataValue = 1, DataVerdict = 2, VerdictCode = 1, VerdictChain = 2; // NFTA_DATA_*, NFTA_VERDICT_*
    private const uint Jump = unchecked((uint)-3); // NFT_JUMP

    private const int NameInKey = 16; // IFNAMSIZ
    private const int MaximumList = 60_000; // bytes; an attribute cannot say that it is longer than 65,535

    /// <summary>What of a listed object goes into a request: not its handle, its position or how much it is used.</summary>
    private static readonly FrozenSet<ushort>
        OfSet = new ushort[] { 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 15, 17, 18 }.ToFrozenSet(),
        OfChain = new ushort[] { 1, 3, 4, 5, 7, 9, 12 }.ToFrozenSet(),
        OfRule = new ushort[] { 1, 2, 4, 7 }.ToFrozenSet();

    private readonly NetfilterBatch _requests;
    private uint _sets;

    private NftBatch(uint? generation) => _requests = new(generation);

    /// <param name="blueprint">Of the tables that the change makes.</param>
    /// <param name="generation">The only one that the change may follow; null for any.</param>
    public static NetfilterBatch Of(NftChange change, NftBlueprint blueprint, uint? generation)
    {
        NftBatch batch = new(generation);
        foreach (NftFamily family in change.Replaced)
        {
            batch.Add(NewTable, family, NetfilterBatch.Create, static _ => { }); // deleting asks for a table that is there
            batch.Add(DeleteTable, family, 0, static _ => { });
        }

        foreach (NftTable table in change.Made.Tables)
        {
            batch.Add(NewTable, table.Family, NetfilterBatch.Create, static _ => { });
        }

        batch.Copy(blueprint.Sets, NewSet, NetfilterBatch.Create, OfSet, requests => requests.Number(SetId, ++batch._sets));
        batch.Copy(blueprint.Chains, NewChain, NetfilterBatch.Create, OfChain, static _ => { });
        foreach (NftTable table in change.Made.Tables)
        {
            foreach (NftSet set in table.Sets)
            {
                batch.Elements(NewElements, NetfilterBatch.Create, table.Family, set);
            }
        }

        batch.Copy(blueprint.Rules, NewRule, NetfilterBatch.Create | NetfilterBatch.Append, OfRule, static _ => { });
        foreach (NftSetChange set in change.Elements)
        {
            batch.Elements(set.Add ? NewElements : DeleteElements, set.Add ? NetfilterBatch.Create : (ushort)0, set.Family, set.Set);
        }

        foreach (NftTable retired in change.Retired)
        {
            batch.Retire(retired);
        }

        return batch._requests;
    }

    /// <summary>A chain that another one jumps to cannot go, so all are empty before the first goes.</summary>
    private void Retire(NftTable retired)
    {
        foreach (NftChain chain in retired.Chains)
        {
            Add(DeleteRule, retired.Family, 0, requests => requests.Attributes.Text(RuleChain, chain.Name));
        }

        foreach (NftChain chain in retired.Chains)
        {
            Add(DeleteChain, retired.Family, 0, requests => requests.Attributes.Text(Name, chain.Name));
        }

        foreach (NftSet set in retired.Sets)
        {
            Add(DeleteSet, retired.Family, 0, requests => requests.Attributes.Text(SetName, set.Name));
        }
    }

    private void Add(ushort type, NftFamily family, ushort flags, Action<NetfilterBatch> attributes) =>
        _requests.Add(type, NumberOf(family), flags, () =>
        {
            _requests.Attributes.Text(Table, BridgeRuleset.TableName);
            attributes(_requests);
        });

    private void Copy(
        IReadOnlyList<NetfilterMessage> listed, ushort type, int flags, FrozenSet<ushort> wanted, Action<NetfilterBatch> more)
    {
        foreach (NetfilterMessage found in listed)
        {
            _requests.Add(type, found.Family, (ushort)flags, () =>
            {
                foreach (ReadOnlyMemory<byte> attribute in found.Select(wanted))
                {
                    attribute.Span.CopyTo(_requests.Attributes.Take(attribute.Length));
                }

                more(_requests);
            });
        }
    }

    /// <summary>As many requests as the elements need.</summary>
    private void Elements(ushort type, ushort flags, NftFamily family, NftSet set)
    {
        int[] widths = [.. set.Key.Select(WidthOf)];
        for (int next = 0; next < set.Elements.Length;)
        {
            Add(type, family, flags, requests =>
            {
                NetlinkBuffer attributes = requests.Attributes;
                attributes.Text(ElementsOfSet, set.Name);
                int list = attributes.BeginNested(ElementList);
                for (; next < set.Elements.Length && attributes.Length - list < MaximumList; next++)
                {
                    Element(attributes, widths, set.Elements[next]);
                }

                attributes.EndNested(list);
            });
        }
    }

    private static void Element(NetlinkBuffer attributes, int[] widths, in NftElement element)
    {
        int one = attributes.BeginNested(ListElement), key = attributes.BeginNested(ElementKey);
        Key(attributes.Attribute(DataValue, widths.Length == 1 ? widths[0] : widths.Sum(Padded)), widths, element);
        attributes.EndNested(key);
        if (element.Target is { } target)
        {
            int data = attributes.BeginNested(ElementData), verdict = attributes.BeginNested(DataVerdict);
            BinaryPrimitives.WriteUInt32BigEndian(attributes.Attribute(VerdictCode, sizeof(uint)), Jump);
            attributes.Text(VerdictChain, target);
            attributes.EndNested(verdict);
            attributes.EndNested(data);
        }

        attributes.EndNested(one);
    }

    /// <summary>The parts one after the other, each in network order and filled up to a register of four bytes.</summary>
    private static void Key(Span<byte> key, int[] widths, in NftElement element)
    {
        int named = widths.Length - element.Values.Length; // the port, or nothing
        if (named == 1)
        {
            _ = Encoding.UTF8.GetBytes(element.Device.ToString(), key);
            key = key[NameInKey..];
        }

        Span<byte> number = stackalloc byte[16];
        for (int i = 0; i < element.Values.Length; i++)
        {
            int width = widths[named + i];
            BinaryPrimitives.WriteUInt128BigEndian(number, element.Values[i]);
            number[^width..].CopyTo(key);
            key = key[Math.Min(key.Length, Padded(width))..];
        }
    }

    private static int Padded(int width) => width + 3 & ~3;

    private static int WidthOf(NftKey key) => key is NftPayload or NftMeta { Key: not NftMetaKey.Mark } && key.Bits % 8 == 0
        ? key.Bits / 8
        : throw new UnreachableException($"{key} is no key of a set of ours");

    private static byte NumberOf(NftFamily family) => family switch
    {
        NftFamily.Ip => 2, // NFPROTO_*
        NftFamily.Netdev => 5,
        NftFamily.Bridge => 7,
        NftFamily.Ip6 => 10,
        _ => throw new UnreachableException(family.ToString()),
    };
}
