using System.Collections.Immutable;
using Lab.Engine.Diagnostics;
using Lab.Engine.Filters.Model;
using Lab.Engine.Filters.Values;
using Lab.Engine.Packets;
using Lab.Engine.Programs;

namespace Lab.Engine.Filters.Templates;

/// <summary>Turns the attributes of one rule into conditions, by the roles that the attribute table gives them.</summary>
/// <remarks>
/// What libvirt drops in silence (nwfilter.md section 2.4) is dropped here with a warning. The quirks of section 2 are
/// decided here, by name.
/// </remarks>
internal sealed class ConditionBuilder(RuleEntry rule, Meaning meaning, ICollection<Diagnostic> found)
{
    private readonly ProtocolSpec _protocol = rule.Protocol!;

    private bool IsIp => _protocol.Layer != ProtocolLayer.Ethernet;

    private bool Libvirt => meaning == Meaning.Libvirt;

    /// <summary>The conditions on the frame itself, in the order of nwfilter.md section 4.6.7; connection state is not among them.</summary>
    public ImmutableArray<Draft> FrameConditions()
    {
        List<Draft> drafts = [.. Comparisons()];
        drafts.AddRange(OneOf(AttributeRole.Gratuitous, Gratuitous));
        drafts.AddRange(OneOf(AttributeRole.TcpOption, m =>
            Numeric(new TcpOptionPresent(0, m.Negated), (ConditionPart.OptionKind, m))));
        drafts.AddRange(Icmp());
        RefuseWhatEbtablesRefuses();
        return [.. drafts.OrderBy(Rank)];
    }

    public IEnumerable<Draft> IpSets()
    {
        AttributeMatch? set = Find(AttributeRole.IpSet), flags = Find(AttributeRole.IpSetFlags);
        if (set is null)
        {
            return [];
        }

        QuirkEntry onlyOnAll = QuirkRegister.Of(Quirk.IpSetOnlyOnAll);
        bool dropped = Libvirt && _protocol.IpProtocol is not null;
        if (dropped && flags is null)
        {
            found.Add(onlyOnAll.Refuse(set.Position, $"ipset without ipsetflags cannot be applied on {_protocol}"));
            return [];
        }

        if (dropped || (Libvirt && flags is null))
        {
            found.Add(onlyOnAll.Warn(set.Position, dropped
                ? $"ipset on {_protocol} is dropped, so the rule matches more than it says"
                : "ipset without ipsetflags tests nothing"));
            return [];
        }

        QuirkEntry sign = QuirkRegister.Of(Quirk.NegationOfStateAndSetIgnored);
        if (set.Negated && Libvirt)
        {
            found.Add(sign.Warn(set.Position, "match='no' is ignored for ipset"));
        }

        if (flags is { Value: VariableReference })
        {
            WarnOfVariable(flags);
        }

        ImmutableArray<SetDimension> dimensions = flags?.Value is TextValue text
            ? [.. text.Text.Split(',').Select(word => word == "src" ? SetDimension.Source : SetDimension.Destination)]
            : [SetDimension.Source];
        bool negated = set.Negated && !Libvirt;
        return [set.Value is TextValue name
            ? Draft.Closed(new InIpSet(name.Text, dimensions, negated))
            : new Draft(new InIpSet("", dimensions, negated), [new(ConditionPart.SetName, set)])];
    }

    public IEnumerable<Draft> ConnectionLimits() => OneOf(AttributeRole.ConnectionLimit, m =>
        Numeric(new ConnectionLimitAbove(0, m.Negated), (ConditionPart.Limit, m)));

    /// <summary>The states listed by hand; null without a list, or where a variable or an empty list stands in for one.</summary>
    public ExplicitState? States()
    {
        if (Find(AttributeRole.State) is not { } match)
        {
            return null;
        }

        if (match.Value is not TextValue text || !StateList.TryParse(text.Text, out StateList list))
        {
            WarnOfVariable(match);
            return null;
        }

        if (match.Negated && Libvirt)
        {
            found.Add(QuirkRegister.Of(Quirk.NegationOfStateAndSetIgnored).Warn(match.Position, "match='no' is ignored for state"));
        }

        return list.IsEmpty ? null
            : new(list.Any ? null : new ConnectionStateIn(list.States, match.Negated && !Libvirt));
    }

    public string? Comment()
    {
        AttributeMatch? match = Find(AttributeRole.Comment);
        if (match?.Value is VariableReference variable)
        {
            QuirkEntry quirk = QuirkRegister.Of(Quirk.VariablesWithoutEffect);
            if (Libvirt && IsIp)
            {
                found.Add(quirk.Refuse(match.Position, "a comment that begins with '$' cannot be applied", "begin it otherwise"));
            }

            return $"${variable}";
        }

        return (match?.Value as TextValue)?.Text;
    }

    /// <summary>Values, masks and ranges: everything that compares one field.</summary>
    private IEnumerable<Draft> Comparisons()
    {
        foreach (IGrouping<Field, AttributeMatch> group in rule.Attributes.Where(m => m.Attribute.Field is not null)
                     .GroupBy(m => m.Attribute.Field!.Value))
        {
            AttributeMatch? value = group.FirstOrDefault(m => m.Attribute.Role == AttributeRole.Value);
            AttributeMatch? from = group.FirstOrDefault(m => m.Attribute.Role == AttributeRole.RangeStart);
            AttributeMatch? mask = group.FirstOrDefault(m => m.Attribute.Role == AttributeRole.Mask);
            AttributeMatch? end = group.FirstOrDefault(m => m.Attribute.Role == AttributeRole.RangeEnd);
            WarnOfIdleParts(value, from, mask, end);
            bool endIsOfRange = from is not null || !HasRangeStart(group.Key); // srcipto belongs to srcipfrom, not to srcipaddr
            if (value is not null)
            {
                yield return Compare(group.Key, value, mask, endIsOfRange && from is null ? end : null);
            }
            else if (from is not null)
            {
                yield return Compare(group.Key, from, null, end);
            }
        }
    }

    private bool HasRangeStart(Field field) =>
        _protocol.Attributes.Any(a => a.Field == field && a.Role == AttributeRole.RangeStart);

    private Draft Compare(Field field, AttributeMatch start, AttributeMatch? mask, AttributeMatch? end)
    {
        bool negated = SignOf(field, start);
        if (field == Field.TcpFlags)
        {
            return TcpFlags(start, negated);
        }

        field = Translate(field, start);
        if (end is not null)
        {
            return Numeric(new FieldInRange(field, 0, 0, negated), (ConditionPart.Low, start), (ConditionPart.High, end));
        }

        FieldEquals shape = FieldEquals.Exactly(field, 0, negated);
        mask ??= BorrowedMask(field, start);
        Draft draft = mask is null
            ? Numeric(shape, (ConditionPart.Value, start))
            : Numeric(shape, (ConditionPart.Value, start), (ConditionPart.Mask, mask));
        return field == Field.VlanEncapsulatedType ? MisreadVlanType(draft, start) : draft;
    }

    /// <summary>Quirks 21 and 46: at layer 2 dscp is compared with the byte that holds it, and a BPDU read one byte early.</summary>
    private Field Translate(Field field, AttributeMatch match)
    {
        if (Libvirt && field is >= Field.StpType and <= Field.StpForwardDelay)
        {
            found.Add(QuirkRegister.Of(Quirk.BpduReadOneByteEarly).Warn(match.Position,
                $"{match.Attribute.Name} is compared with the bytes one before its own"));
            return Field.EbtStpType + (field - Field.StpType);
        }

        if (field != Field.Ipv4Dscp || IsIp || !Libvirt)
        {
            return field;
        }

        found.Add(QuirkRegister.Of(Quirk.DscpComparesWholeTos).Warn(match.Position, match.Value is NumberValue { Bits: var dscp }
            ? $"dscp='{dscp}' matches TOS 0x{dscp:x2}, which is DSCP {dscp >> 2}"
            : "dscp is compared with the whole TOS byte"));
        return Field.Ipv4Tos;
    }

    /// <summary>Quirk 17: for tcp, udp and sctp the sign of srcportstart stands for that of every port.</summary>
    private bool SignOf(Field field, AttributeMatch match)
    {
        if (!IsIp || FieldTable.Of(field).Header != Header.Ports || !Libvirt)
        {
            return match.Negated;
        }

        bool sign = rule.Attributes.FirstOrDefault(m => m.Attribute is { Field: Field.TransportSourcePort, Role: AttributeRole.Value })?.Negated ?? false;
        if (sign != match.Negated)
        {
            found.Add(QuirkRegister.Of(Quirk.PortNegationFollowsSourceStart).Warn(match.Position,
                $"{match.Attribute.Name} is {(sign ? "" : "not ")}negated, unlike what match says"));
        }

        return sign;
    }

    /// <summary>Quirk 20: the mask of the sender's address also masks the target's, unless that has one.</summary>
    private AttributeMatch? BorrowedMask(Field field, AttributeMatch match)
    {
        AttributeMatch? mask = field != Field.ArpTargetIp || !Libvirt ? null
            : rule.Attributes.FirstOrDefault(m => m.Attribute is { Field: Field.ArpSenderIp, Role: AttributeRole.Mask });
        if (mask is not null)
        {
            found.Add(QuirkRegister.Of(Quirk.ArpSourceMaskOnTarget).Warn(match.Position,
                "arpsrcipmask is applied to arpdstipaddr as well", "write arpdstipmask='32'"));
        }

        return mask;
    }

    /// <summary>Quirk 19: 2054, which is 0x0806, is handed to ebtables as "2054" and read as 0x2054.</summary>
    private Draft MisreadVlanType(Draft draft, AttributeMatch match)
    {
        if (!Libvirt || match.Value is not NumberValue { Bits: var type })
        {
            return draft;
        }

        // ebtables keeps sixteen bits of what it reads (seen with 1.8.9: 34525 becomes 0x4525).
        UInt128 misread = (ushort)uint.Parse(type.ToString(), System.Globalization.NumberStyles.HexNumber);
        found.Add(QuirkRegister.Of(Quirk.VlanTypeDecimalAsHexadecimal).Warn(match.Position,
            $"encap-protocol matches type 0x{misread:x4} instead of 0x{type:x4}"));
        return Draft.Closed(((FieldEquals)draft.Shape) with { Value = misread });
    }

    private Draft TcpFlags(AttributeMatch match, bool negated)
    {
        if (match.Value is TextValue text && TcpFlagsMatch.TryParse(text.Text, out TcpFlagsMatch flags))
        {
            return Draft.Closed(new FieldEquals(Field.TcpFlags, flags.Set, flags.Mask, negated));
        }

        WarnOfVariable(match);
        return Draft.Closed(new FieldEquals(Field.TcpFlags, 0, 0, Negated: false)); // any flags: no effect
    }

    private IEnumerable<Draft> Gratuitous(AttributeMatch match)
    {
        if (match.Value is VariableReference)
        {
            WarnOfVariable(match);
            return [];
        }

        return ConditionParts.Bits(match.Value) != 0 ? [Draft.Closed(new GratuitousArp(match.Negated))] : [];
    }

    /// <summary>One condition for type and code; where libvirt's two layers fill in a missing half differs (sections 2.4, 2.10).</summary>
    private IEnumerable<Draft> Icmp()
    {
        AttributeMatch? type = Find(AttributeRole.IcmpType), typeEnd = Find(AttributeRole.IcmpTypeEnd);
        AttributeMatch? code = Find(AttributeRole.IcmpCode), codeEnd = Find(AttributeRole.IcmpCodeEnd);
        if (type is null && IsIp)
        {
            Idle(code, "there is no type");
            return [];
        }

        if ((type ?? typeEnd ?? code ?? codeEnd) is null)
        {
            return [];
        }

        List<(ConditionPart, AttributeMatch)> parts = [];
        Bounds(ConditionPart.TypeLow, ConditionPart.TypeHigh, type, typeEnd);
        Bounds(ConditionPart.CodeLow, ConditionPart.CodeHigh, code, codeEnd);
        bool version6 = _protocol.Layer != ProtocolLayer.Ipv4;
        if (Libvirt && !version6 && type?.Value is NumberValue { Bits: var number } && number == byte.MaxValue)
        {
            // icmp_type_code_match in net/ipv4/netfilter/ip_tables.c: 0xFF is iptables' word for 'any'.
            found.Add(QuirkRegister.Of(Quirk.IcmpType255IsAny).Warn(type.Position, "type='255' matches every ICMP message"));
            return [Draft.Closed(new IcmpTypeAndCode(version6, 0, byte.MaxValue, 0, byte.MaxValue, type.Negated))];
        }

        return [Numeric(new IcmpTypeAndCode(version6, 0, 255, 0, 255, type?.Negated ?? false), [.. parts])];

        void Bounds(ConditionPart lowPart, ConditionPart highPart, AttributeMatch? low, AttributeMatch? high)
        {
            parts.AddRange(low is null ? [] : [(lowPart, low)]);
            parts.AddRange((high ?? low) is { } top ? [(highPart, top)] : []);
        }
    }

    private void RefuseWhatEbtablesRefuses()
    {
        if (IsIp)
        {
            return;
        }

        AttributeMatch? protocol = rule.Attributes.FirstOrDefault(m => m.Attribute.Field is Field.Ipv4Protocol or Field.Ipv6Protocol);
        bool types = rule.Attributes.Any(m => m.Attribute.Role is AttributeRole.IcmpType or AttributeRole.IcmpTypeEnd
            or AttributeRole.IcmpCode or AttributeRole.IcmpCodeEnd);
        bool ports = rule.Attributes.Any(m => m.Attribute.Field is Field.TransportSourcePort or Field.TransportDestinationPort);
        if (protocol is { Negated: true } && (types || ports))
        {
            found.Add(TemplateErrors.ProtocolNegatedBesidePorts(protocol.Position));
        }
        else if (types && protocol?.Value is not VariableReference && (protocol?.Value as NumberValue)?.Bits != (byte)IpProtocol.IcmpV6)
        {
            found.Add(TemplateErrors.TypeWithoutIcmpV6(protocol?.Position ?? rule.Position));
        }
    }

    /// <summary>A condition whose parts are literals, put in at once, or variables, left as holes.</summary>
    private Draft Numeric(Condition shape, params (ConditionPart Part, AttributeMatch Match)[] parts)
    {
        var holes = ImmutableArray.CreateBuilder<DraftHole>();
        foreach ((ConditionPart part, AttributeMatch match) in parts)
        {
            if (match.Value is VariableReference)
            {
                holes.Add(new(part, meaning == Meaning.Strict ? PreferIpv6Server(match) : match));
                WarnOfIpv4Server(match);
            }
            else
            {
                shape = ConditionParts.Fill(shape, part, match.Value);
            }
        }

        if (holes.Count == 0)
        {
            shape = ConditionParts.Settle(shape);
            if (ConditionParts.ReversedRange(shape) is { } name)
            {
                found.Add(TemplateErrors.ReversedRange(parts[0].Match.Position, name));
            }

            if (Libvirt && ConditionParts.RefusedByTools(shape, IsIp) is { } reason)
            {
                found.Add(TemplateErrors.RefusedByTools(parts[0].Match.Position, parts[0].Match.Attribute.Name, reason));
            }
        }

        return new(shape, holes.ToImmutable());
    }

    /// <summary>Quirk 43; <see cref="Instantiation"/> lets DHCPSERVER stand in where DHCPSERVERV6 has no value.</summary>
    internal static AttributeMatch PreferIpv6Server(AttributeMatch match) => IsIpv4Server(match)
        ? match with { Value = (VariableReference)match.Value with { Name = "DHCPSERVERV6" } }
        : match;

    private void WarnOfIpv4Server(AttributeMatch match)
    {
        if (Libvirt && IsIpv4Server(match))
        {
            found.Add(QuirkRegister.Of(Quirk.Dhcpv6ServerUsesIpv4Variable).Warn(match.Position,
                "an IPv6 address is taken from DHCPSERVER"));
        }
    }

    private static bool IsIpv4Server(AttributeMatch match) =>
        match.Attribute.Type == AttributeType.Ipv6 && match.Value is VariableReference { Name: "DHCPSERVER" };

    private IEnumerable<Draft> OneOf(AttributeRole role, Func<AttributeMatch, Draft> build) =>
        OneOf(role, match => (IEnumerable<Draft>)[build(match)]);

    private IEnumerable<Draft> OneOf(AttributeRole role, Func<AttributeMatch, IEnumerable<Draft>> build) =>
        Find(role) is { } match ? build(match) : [];

    private AttributeMatch? Find(AttributeRole role) => rule.Attributes.FirstOrDefault(m => m.Attribute.Role == role);

    private void WarnOfIdleParts(AttributeMatch? value, AttributeMatch? from, AttributeMatch? mask, AttributeMatch? end)
    {
        if (value is null)
        {
            Idle(mask, "there is no address beside it");
        }

        if (value is null && from is null)
        {
            Idle(end, "the start of the range is missing");
        }

        if (value is not null && from is not null)
        {
            Idle(from, $"{value.Attribute.Name} wins");
            Idle(end, $"{value.Attribute.Name} wins");
        }
        else if (value is not null && end is not null && HasRangeStart(end.Attribute.Field!.Value))
        {
            Idle(end, $"{value.Attribute.Name} wins");
        }
    }

    private void Idle(AttributeMatch? match, string why)
    {
        if (match is not null)
        {
            found.Add(TemplateErrors.NoEffect(match.Position, match.Attribute.Name, why));
        }
    }

    private void WarnOfVariable(AttributeMatch match)
    {
        QuirkEntry quirk = QuirkRegister.Of(Quirk.VariablesWithoutEffect);
        string here = $"the variable in {match.Attribute.Name} has no effect";
        found.Add(Libvirt ? quirk.Warn(match.Position, here) : quirk.Refuse(match.Position, here));
    }

    private static int Rank(Draft draft) => draft.Shape switch
    {
        FieldEquals { Field: Field.TcpFlags } => 3,
        FieldEquals { Field: Field.Ipv4Dscp or Field.Ipv6Dscp } => 2,
        FieldEquals { Field: Field.EthernetSource } => 0,
        FieldEquals { Field: Field.TransportSourcePort or Field.TransportDestinationPort } => 4,
        FieldInRange { Field: Field.TransportSourcePort or Field.TransportDestinationPort } => 4,
        TcpOptionPresent or IcmpTypeAndCode => 5,
        _ => 1,
    };
}

/// <summary>States listed by hand (nwfilter.md section 4.6.3).</summary>
/// <param name="Condition">Null for <c>NONE</c>: no condition, and yet no reverse rule.</param>
internal sealed record ExplicitState(ConnectionStateIn? Condition);
