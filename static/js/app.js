// What every page does beyond plain links and forms.
