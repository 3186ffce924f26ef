using System.Collections.Immutable;
using System.ComponentModel;
using System.Globalization;
using System.Reflection;
using Lab.Engine.Diagnostics;

namespace Lab.Contract.Bindings;

/// <summary>The table below a step. The first row names the columns.</summary>
public sealed record DataTable(ImmutableArray<string> Header, ImmutableArray<DataRow> Rows)
{
    /// <summary>The rows as objects: a constructor parameter or a settable property per column, found by name
    /// whatever its case and blanks.</summary>
    /// <exception cref="ScenarioMistakeException">A column that the type lacks, or a cell that it cannot take.</exception>
    public ImmutableArray<T> To<T>() => [.. Rows.Select(RowConversion.To<T>)];
}

/// <param name="Position">Of the row's first cell.</param>
public sealed record DataRow(ImmutableArray<string> Header, ImmutableArray<string> Cells, SourcePosition Position)
{
    /// <summary>The cell of a column; empty when the table has no such column.</summary>
    public string this[string column]
    {
        get
        {
            int at = Header.IndexOf(column, 0, StringComparer.OrdinalIgnoreCase);
            return at < 0 ? "" : Cells[at];
        }
    }
}

/// <summary>Turns a row into an object of a tester's own type.</summary>
internal static class RowConversion
{
    public static T To<T>(DataRow row)
    {
        ConstructorInfo constructor = typeof(T).GetConstructors().MaxBy(c => c.GetParameters().Length)!;
        Dictionary<string, string> cells = row.Header.Zip(row.Cells)
            .ToDictionary(pair => Plain(pair.First), pair => pair.Second, StringComparer.OrdinalIgnoreCase);

        object?[] arguments = [.. constructor.GetParameters().Select(parameter =>
            cells.Remove(Plain(parameter.Name!), out string? text) ? Convert(text, parameter.ParameterType, row)
            : parameter.HasDefaultValue ? parameter.DefaultValue : null)];
        object made = constructor.Invoke(arguments);
        foreach ((string column, string text) in cells)
        {
            PropertyInfo property = typeof(T).GetProperties().FirstOrDefault(candidate =>
                candidate.CanWrite && candidate.Name.Equals(column, StringComparison.OrdinalIgnoreCase))
                ?? throw new ScenarioMistakeException(row.Position, $"a {typeof(T).Name} has nothing called '{column}'");
            property.SetValue(made, Convert(text, property.PropertyType, row));
        }

        return (T)made;
    }

    private static string Plain(string name) => name.Replace(" ", "", StringComparison.Ordinal);

    private static object? Convert(string text, Type type, DataRow row)
    {
        Type target = Nullable.GetUnderlyingType(type) ?? type;
        if (target == typeof(string))
        {
            return text;
        }

        if (target != type && text.Length == 0)
        {
            return null;
        }

        MethodInfo? parse = target.GetMethod("Parse", [typeof(string)]);
        try
        {
            return target.IsEnum ? Enum.Parse(target, Plain(text), ignoreCase: true)
                : parse is not null ? parse.Invoke(null, [text])
                : TypeDescriptor.GetConverter(target).ConvertFromString(null, CultureInfo.InvariantCulture, text);
        }
        catch (Exception failure) when (failure is TargetInvocationException or ArgumentException or NotSupportedException)
        {
            throw new ScenarioMistakeException(row.Position, $"'{text}' is not a {target.Name}", failure);
        }
    }
}
