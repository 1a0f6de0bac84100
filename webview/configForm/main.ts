import '../toolkit';
import type { FormHost, FormPage } from '../../extension/contract/configForm';
import { HostLine } from '../shared/host';
import { ConfigForm } from './configForm';
import './style.css';

const page = document.getElementById('page');
if (page === null) throw new Error('The page has no element "page".');

const line = new HostLine<FormHost, FormPage>();
const form = new ConfigForm(page, line);
line.listen({ form: description => form.form(description), state: state => form.state(state) });
line.call({ method: 'ready' });
