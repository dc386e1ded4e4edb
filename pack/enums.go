package pack

import "reflect"

// Allowed gives the values an enumeration of the model allows, by its type; nil for a type that is none.
func Allowed(t reflect.Type) []string { return enumerations[t] }

var enumerations = map[reflect.Type][]string{
	reflect.TypeFor[Flavour]():        texts(Flavours()),
	reflect.TypeFor[PropertyType]():   texts(PropertyTypes()),
	reflect.TypeFor[ThreatLevel]():    texts(ThreatLevels()),
	reflect.TypeFor[ExpressionType](): texts(ExpressionTypes()),
	reflect.TypeFor[Chart]():          texts(Charts()),
	reflect.TypeFor[Aggregate]():      texts(Aggregates()),
}

func texts[T ~string](values []T) []string {
	list := make([]string, len(values))
	for i, v := range values {
		list[i] = string(v)
	}
	return list
}
