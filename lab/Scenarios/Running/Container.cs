using System.Reflection;

namespace Lab.Scenarios.Running;

/// <summary>Gives bindings what their constructors ask for: one object per type, scenario and testbed.</summary>
internal sealed class Container : IDisposable
{
    private readonly Dictionary<Type, object> _made = [];
    private readonly Stack<IDisposable> _toDispose = [];

    /// <summary>Lends an object that somebody else disposes.</summary>
    public void Lend<T>(T instance) where T : notnull => _made.Add(typeof(T), instance);

    /// <exception cref="InvalidOperationException">A class that cannot be made, or that needs itself.</exception>
    public object Get(Type type) => Get(type, []);

    /// <summary>Disposes what was made here, the latest first.</summary>
    public void Dispose()
    {
        while (_toDispose.TryPop(out IDisposable? last))
        {
            last.Dispose();
        }
    }

    private object Get(Type type, HashSet<Type> waiting)
    {
        if (_made.TryGetValue(type, out object? known))
        {
            return known;
        }

        if (type.IsAbstract || type.GetConstructors() is not [ConstructorInfo constructor] || !waiting.Add(type))
        {
            throw new InvalidOperationException($"a binding asks for a {type.FullName}, which cannot be made: " +
                "it must be a class with one public constructor that does not need itself");
        }

        object made = constructor.Invoke([.. constructor.GetParameters().Select(parameter => Get(parameter.ParameterType, waiting))]);
        _made.Add(type, made);
        if (made is IDisposable disposable)
        {
            _toDispose.Push(disposable);
        }

        return made;
    }
}
